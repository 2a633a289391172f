#!/usr/bin/env python3
"""Measures the program as a whole, in the form of `go test -bench`: how long scenario C takes to rehearse, how long the
server takes to answer on the data folder that is left, what it holds in memory when idle, how large a signature is.
Usage: program.py KYKET"""
import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

TOP = pathlib.Path(__file__).resolve().parents[2]
SCENARIO = TOP / 'test' / 'scenarios' / 'scenario-c-dongnambo-2026.yaml'
STARTS = 5


def line(name, runs, **metrics):
    print(f'BenchmarkProgram/{name}\t{runs}\t' + '\t'.join(f'{v:.6g} {unit.replace("_per_", "/")}' for unit, v in metrics.items()))


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=1) as r:
            return r.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def start(kyket, data):
    """Seconds until the server answers, megabytes of memory once it is idle."""
    port = free_port()
    begin = time.monotonic()
    process = subprocess.Popen([kyket, 'serve', '--data', data, '--addr', f'127.0.0.1:{port}'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not answers(f'http://127.0.0.1:{port}/readyz'):
            if process.poll() is not None or time.monotonic() - begin > 30:
                sys.exit(f'the server does not answer, exit {process.poll()}')
            time.sleep(0.005)
        took = time.monotonic() - begin
        time.sleep(3)  # idle
        status = pathlib.Path(f'/proc/{process.pid}/status').read_text()
        memory = int(status.split('VmRSS:')[1].split()[0]) / 1024
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
    return took, memory


def main(kyket):
    print('pkg: kyket')
    with tempfile.TemporaryDirectory(prefix='kyket-bench-') as folder:
        out = pathlib.Path(folder) / 'c'
        begin = time.monotonic()
        subprocess.run([kyket, 'rehearse', SCENARIO, '--out', out, '--seed', '1'], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        line('RehearseC', 1, **{'ns_per_op': (time.monotonic() - begin) * 1e9})
        sizes, before = [], (out / 'base.pdf').stat().st_size
        for r in json.loads((out / 'summary.json').read_text('utf-8'))['revisions']:
            now = (out / r['file']).stat().st_size
            if r['cause'] == 'signature' and r['level'] == 'B-T':
                sizes.append(now - before)
            before = now
        line('SignatureBT', len(sizes), **{'bytes_per_signature': max(sizes)})
        line('PaperBLTA', 1, **{'bytes': (out / 'pact.pdf').stat().st_size})
        took = sorted(start(kyket, out / 'data') for _ in range(STARTS))
        line('Start', STARTS, **{'ns_per_op': took[STARTS // 2][0] * 1e9, 'idle-MB': max(m for _, m in took)})


if __name__ == '__main__':
    main(pathlib.Path(sys.argv[1]).resolve())
