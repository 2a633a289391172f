#!/usr/bin/env python3
"""Turns the output of `go test -bench` into JSON and a table. Usage: table.py bench.txt bench.json"""
import json
import re
import sys

LINE = re.compile(r'^(Benchmark\S+?)(?:-\d+)?\s+(\d+)\s+(.+)$')


def read(lines):
    """One entry a benchmark: package, name, runs, and every metric that Go or the benchmark reports."""
    package, facts, entries = '', {}, []
    for line in lines:
        key, _, value = line.partition(': ')
        if key == 'pkg':
            package = value.strip()
        elif key in ('goos', 'goarch', 'cpu'):
            facts[key] = value.strip()
        elif m := LINE.match(line):
            numbers = m[3].split()
            entries.append({'package': package, 'name': m[1].removeprefix('Benchmark'), 'runs': int(m[2]),
                            'metrics': {unit: float(n) for n, unit in zip(numbers[::2], numbers[1::2])}})
    return {'machine': facts, 'benchmarks': entries}


def human(unit, value):
    if unit == 'ns/op':
        return f'{value / 1e6:.3f} ms' if value >= 1e5 else f'{value / 1e3:.2f} µs'
    return f'{value:,.0f} {unit}' if value == int(value) else f'{value:,.2f} {unit}'


def main(source, target):
    with open(source, encoding='utf-8') as lines:
        found = read(lines)
    with open(target, 'w', encoding='utf-8') as out:
        json.dump(found, out, indent=1)
    rows = [(b['package'].removeprefix('kyket/'), b['name'], ', '.join(human(u, v) for u, v in b['metrics'].items())) for b in found['benchmarks']]
    width = [max([len(r[i]) for r in rows] or [0]) for i in (0, 1)]
    for r in rows:
        print(f'{r[0]:<{width[0]}}  {r[1]:<{width[1]}}  {r[2]}')
    print(f'{len(rows)} benchmarks; {target}')


if __name__ == '__main__':
    main(*sys.argv[1:])
