#!/usr/bin/env python3
"""Writes THIRD_PARTY.md: every module that is linked into the program, with its licence. Run after a change of go.mod."""
import json
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[1]
KINDS = [
    ('Apache-2.0', r'Apache License,?\s+Version 2\.0'),
    ('MPL-2.0', r'Mozilla Public License,? (?:v\. |Version )2\.0'),
    ('BSD-3-Clause', r'Redistribution and use.*?neither the name|Redistribution and use.*?names? of'),
    ('BSD-2-Clause', r'Redistribution and use in source and binary forms'),
    ('ISC', r'Permission to use, copy, modify, and(?:/or)? distribute this software'),
    ('MIT', r'Permission is hereby granted, free of charge'),
    ('Unlicense', r'This is free and unencumbered software'),
]
HEAD = """# Third-party software

What is linked into the program, with its licence. The texts lie in the modules themselves; `test/licences.py` writes this page.

| module | version | licence |
|---|---|---|
"""
FOOT = """
The fonts in papers are Liberation Serif 2.1.4 (SIL Open Font License 1.1), taken from `github.com/go-fonts/liberation`. The colour profile in papers
is `sRGB2014.icc` of the International Color Consortium, which "may be copied, distributed, embedded, made, used, and sold without restriction".

The test judges (EU DSS, veraPDF, pyHanko and what they need) are fetched when they are set up and are no part of the program.
"""


def licence(folder):
    """The kind of a module's licence file; SystemExit when it cannot be told."""
    files = [f for f in sorted(folder.iterdir()) if re.match(r'(LICEN[CS]E|COPYING)', f.name, re.I) and f.is_file() and '3RD' not in f.name]
    found = []
    for f in files:
        text = ' '.join(f.read_text('utf-8', 'replace').split())
        kinds = [kind for kind, shape in KINDS if re.search(shape, text, re.I | re.S)]
        found += [kind for kind in kinds if not (kind == 'BSD-2-Clause' and 'BSD-3-Clause' in kinds)]
    if not found:
        sys.exit(f'no licence found in {folder}')
    return ' and '.join(dict.fromkeys(found))


def modules():
    run = subprocess.run(['go', 'list', '-deps', '-json=Module', './cmd/kyket'], cwd=TOP, capture_output=True, text=True, check=True)
    text, decoder, found = run.stdout, json.JSONDecoder(), {}
    while text.strip():
        one, end = decoder.raw_decode(text.lstrip())
        text = text.lstrip()[end:]
        m = one.get('Module')
        if m and not m.get('Main'):
            found[m['Path']] = m
    return found


def main():
    rows = [f"| {path} | {m['Version']} | {licence(pathlib.Path(m['Dir']))} |" for path, m in sorted(modules().items())]
    (TOP / 'THIRD_PARTY.md').write_text(HEAD + '\n'.join(rows) + '\n' + FOOT, 'utf-8')
    print(f'{len(rows)} modules')


if __name__ == '__main__':
    main()
