#!/usr/bin/env python3
"""Plays every scenario that can be played and lets validators that nobody here wrote judge what comes out.

Leaves everything in build/interop: a folder for each rehearsal, report.json with every answer of every judge.
Exit 1 when anything is not as it should be; each finding is one line. `--keep` judges what is there already."""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

import wording

TOP = pathlib.Path(__file__).resolve().parents[2]
OUT = TOP / 'build' / 'interop'
KYKET = TOP / 'build' / 'kyket'
JUDGE = TOP / 'test' / 'judges' / 'judge'
SCENARIOS = TOP / 'test' / 'scenarios'
B, C, D = (SCENARIOS / f'scenario-{name}.yaml' for name in ('b-taynambo-2019', 'c-dongnambo-2026', 'd-dongnambo-2019'))

PLAYS = {
    'c-p256': [C, '--key', 'p256', '--seed', '7'],
    'c-p256-again': [C, '--key', 'p256', '--seed', '7'],
    'c-rsa2048': [C, '--key', 'rsa2048', '--seed', '8'],
    'd-p256': [D, '--signing', 'digital', '--key', 'p256', '--seed', '9'],
    'd-rsa2048': [D, '--signing', 'digital', '--key', 'rsa2048', '--seed', '10'],
    'b-p256': [B, '--signing', 'digital', '--key', 'p256', '--seed', '11'],
}
# Of the 26 agencies the sealed paper alone is judged: pyHanko compares every pair of revisions of every file.
PAPER_ONLY = ['b-p256']
TWINS = [('c-p256', 'c-p256-again')]  # one seed: the same base.pdf
JUDGED = [name for name in PLAYS if not name.endswith('-again')]

# DSS alone knows plain LT: pyHanko passes it only with a document time stamp over the DSS, which is LTA already.
LEVELS = {'B-B': ['B'], 'B-T': ['T'], 'B-LT': ['LT', '--only', 'dss', '--only', 'pdfsig', '--only', 'qpdf'], 'B-LTA': ['LTA']}

faults, report = [], {'plays': {}, 'judges': [], 'kyket': []}


def fault(text):
    faults.append(text)
    print(f'interop: {text}', flush=True)


def say(text):
    print(f'interop: {text}', flush=True)


# Rehearsals

def rehearse(name, arguments):
    """Plays one scenario on a fresh folder; the summary, or None."""
    folder = OUT / name
    shutil.rmtree(folder, ignore_errors=True)
    start = time.monotonic()
    run = subprocess.run([KYKET, 'rehearse', *arguments, '--out', folder], capture_output=True, text=True)
    seconds = time.monotonic() - start
    report['plays'][name] = {'exit': run.returncode, 'seconds': round(seconds, 1)}
    if run.returncode:
        fault(f'{name}: rehearse ends with {run.returncode}: {run.stderr.strip()[-2000:]}')
        return None
    say(f'{name}: played in {seconds:.1f} s')
    return summary(name)


def summary(name):
    file = OUT / name / 'summary.json'
    if not file.is_file():
        fault(f'{name}: there is no summary.json')
        return None
    return json.loads(file.read_text('utf-8'))


def cannot_play():
    """A scenario whose outcome depends on what is not there yet is refused with 3, naming the key."""
    folder = OUT / 'b'
    shutil.rmtree(folder, ignore_errors=True)
    run = subprocess.run([KYKET, 'rehearse', B, '--out', folder], capture_output=True, text=True)
    if run.returncode != 3 or 'signing.mode' not in run.stderr + run.stdout:
        fault(f'b: exit {run.returncode} instead of 3 naming signing.mode: {run.stderr.strip()[-500:]}')


def twins(one, other):
    a, b = ((OUT / x / 'base.pdf') for x in (one, other))
    if a.is_file() and b.is_file() and a.read_bytes() != b.read_bytes():
        fault(f'{one} and {other} have one seed and two different base.pdf')


def promises(name, facts):
    """summary.json says what is there."""
    folder = OUT / name
    for file, sha in facts['files'].items():
        path = folder / file
        if not path.is_file():
            fault(f'{name}: summary.json names {file}, which is not there')
        elif hashlib.sha256(path.read_bytes()).hexdigest() != sha:
            fault(f'{name}: {file} has not the hash that summary.json states')
    for file in ('pact.pdf', 'base.pdf', 'trust/root.pem', 'trust/tsa.pem'):
        if not (folder / file).is_file():
            fault(f'{name}: {file} is missing')
    if facts['pact']['state'] not in ('sealed', 'archived'):
        fault(f"{name}: the pact is {facts['pact']['state']}")
    for s in facts['signatures']:
        if s['level'] != 'B-LTA':
            fault(f"{name}: the signature of {s['agency']} ends at {s['level']}")
    if not facts['revisions']:
        fault(f'{name}: no revisions')


# Judges

def ask(*arguments):
    """One call of the judges; their answers, and whether all could run."""
    run = subprocess.run([JUDGE, *map(str, arguments)], stdout=subprocess.PIPE, text=True)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    if run.returncode not in (0, 1):
        fault(f"the judges could not answer about {' '.join(map(str, arguments))}")
    report['judges'] += answers
    return answers


def trust(name):
    return ['--trust', OUT / name / 'trust' / 'root.pem', '--tsa-trust', OUT / name / 'trust' / 'tsa.pem']


def judge_signatures(name, facts):
    """Every file at the level that summary.json states, the paper itself at LTA. {file: [answers]}"""
    folder = OUT / name
    groups = {'B-LTA': [folder / 'pact.pdf']}
    for r in [] if name in PAPER_ONLY else facts['revisions']:
        if r['level'] not in LEVELS:
            fault(f"{name}: {r['file']} states the level {r['level']!r}")
            continue
        groups.setdefault(r['level'], []).append(folder / r['file'])
    heard = {}
    for level, files in groups.items():
        rest = LEVELS[level]
        for a in ask('pades', '--strict', '--baseline', '--level', *rest, *trust(name), *files):
            heard.setdefault(a['file'], []).append(a)
            if not a['accepted']:
                fault(f"{a['judge']} does not accept {short(a['file'])} at {level}: {'; '.join(a['why'])[:600]}")
    return heard


def judge_paper(names):
    files = []
    for name in names:
        files += [OUT / name / 'base.pdf', OUT / name / 'pact.pdf']
        files += [] if name in PAPER_ONLY else sorted((OUT / name / 'revisions').glob('*.pdf'))
    for a in ask('pdfa', *files):
        if not a['accepted']:
            fault(f"veraPDF: {short(a['file'])}: {'; '.join(a['why'])}; {json.dumps(a.get('flavours'), ensure_ascii=False)[:800]}")
    for name in names:  # the others are checked by qpdf with their signatures
        run = subprocess.run(['qpdf', '--check', OUT / name / 'base.pdf'], capture_output=True, text=True)
        if run.returncode:
            fault(f'qpdf: {name}/base.pdf: {run.stdout[-300:]}{run.stderr[-300:]}')


def judge_wording(name, scenario, facts):
    final = wording.final(scenario)
    signed = [s['agency'] for s in facts['signatures']]
    bad = wording.findings(final, OUT / name / 'base.pdf') + wording.findings(final, OUT / name / 'pact.pdf', signed)
    for line in bad:
        fault(f'wording: {short(line)}')


# Kyket's own verdict beside theirs

def verify(name, *files):
    """`kyket verify --json`: {file: its object}, and the exit code."""
    run = subprocess.run([KYKET, 'verify', '--json', *trust(name), *map(str, files)], capture_output=True, text=True)
    answers, text, decoder = [], run.stdout.strip(), json.JSONDecoder()
    while text:
        one, end = decoder.raw_decode(text)
        answers += one if isinstance(one, list) else [one]
        text = text[end:].lstrip()
    if len(answers) != len(files):
        fault(f'kyket verify answers about {len(answers)} of {len(files)} files of {name}: {run.stderr.strip()[-500:]}')
    report['kyket'] += answers
    return dict(zip(map(str, files), answers)), run.returncode


def agree(name, facts, heard):
    """Kyket and the judges say the same about the same files."""
    files = sorted(heard)
    ours, code = verify(name, *files)
    levels = {str(OUT / name / r['file']): r['level'] for r in facts['revisions']}
    for file, mine in ours.items():
        accepted = all(a['accepted'] for a in heard[file])
        level = levels.get(file, 'B-LTA')
        # Below LT nothing in the file says whether a certificate was revoked; the judges are told not to ask.
        good = mine['verdict'] == 'TOTAL_PASSED' or level in ('B-B', 'B-T') and mine['verdict'] == 'INDETERMINATE' and only_revocation(mine)
        if good != accepted:
            fault(f"{short(file)}: kyket says {mine['verdict']} ({reasons(mine)}), the judges {'accept' if accepted else 'do not accept'} it at {level}")
        compare_signatures(file, mine, next((a for a in heard[file] if a['judge'] == 'dss'), None))
    if ours and code not in (0, 2):
        fault(f'kyket verify ends with {code} on {name}')


def only_revocation(mine):
    return all(s['indication'] == 'TOTAL_PASSED' or s.get('sub_indication') == 'TRY_LATER' for s in mine['signatures']) and not mine.get('unexplained')


def reasons(mine):
    return '; '.join(f"{s['field']} {s['indication']}/{s.get('sub_indication')}" for s in mine['signatures'] if s['indication'] != 'TOTAL_PASSED')[:400]


def compare_signatures(file, mine, dss):
    """Same signatures in the same fields, same levels as DSS names them."""
    if dss is None:
        return
    theirs = {s['field']: s for s in dss.get('signatures', [])}
    fields = {s['field']: s for s in mine['signatures']}
    if set(theirs) != set(fields):
        fault(f'{short(file)}: kyket sees the fields {sorted(fields)}, DSS {sorted(theirs)}')
        return
    for field, s in fields.items():
        format = theirs[field].get('format') or ''
        if theirs[field]['kind'] == 'signature' and format.startswith('PAdES-BASELINE-') and 'B-' + format.rsplit('-', 1)[1] != s['level']:
            fault(f"{short(file)}: {field} is {s['level']} for kyket, {format} for DSS")


def forgeries(name):
    """Files that must not pass: nobody accepts them, and kyket says why."""
    folder = OUT / name / 'forged'
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    whole = (OUT / name / 'pact.pdf').read_bytes()
    base = len((OUT / name / 'base.pdf').read_bytes())
    flipped = bytearray(whole)
    flipped[base // 2] ^= 1  # a byte of the paper that everybody signed
    made = {'flipped.pdf': bytes(flipped), 'appended.pdf': whole + b'\n' * 5 + b'1 0 obj\n<< /Type /Catalog >>\nendobj\n'}
    files = []
    for file, data in made.items():
        (folder / file).write_bytes(data)
        files.append(folder / file)
    ours, _ = verify(name, *files)
    for file, mine in ours.items():
        if mine['verdict'] == 'TOTAL_PASSED':
            fault(f'{short(file)}: kyket accepts a forgery')
    theirs = {}
    for a in ask('pades', '--strict', '--baseline', '--level', 'LTA', '--only', 'dss', '--only', 'pyhanko', *trust(name), *files):
        theirs.setdefault(a['file'], []).append(a['accepted'])
    report['forged'] = {short(f): {'kyket': ours[f]['verdict'] if f in ours else None, 'judges': theirs.get(f)} for f in map(str, files)}
    if all(theirs.get(str(folder / 'flipped.pdf'), [True])):
        fault('the judges accept a changed byte: are they asked rightly?')


def stranger(one, other):
    """The right paper under somebody else's anchors: nobody may call it valid."""
    file = OUT / one / 'pact.pdf'
    _, code = verify(other, file)
    if code not in (1, 2):
        fault(f'kyket verify ends with {code} on {one}/pact.pdf under the anchors of {other}')
    if any(a['accepted'] for a in ask('pades', '--strict', '--baseline', '--level', 'LTA', '--only', 'dss', *trust(other), file)):
        fault(f'the judges accept {one}/pact.pdf under the anchors of {other}')


def unsigned(name):
    _, code = verify(name, OUT / name / 'base.pdf')
    if code != 4:
        fault(f'kyket verify ends with {code} instead of 4 on {name}/base.pdf, which nobody has signed')


def short(text):
    return str(text).replace(str(OUT) + os.sep, '')


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    keep = '--keep' in sys.argv
    facts = {name: summary(name) if keep else rehearse(name, arguments) for name, arguments in PLAYS.items()}
    if not keep:
        cannot_play()
    for one, other in TWINS:
        twins(one, other)
    played = [name for name in JUDGED if facts[name]]
    for name in played:
        promises(name, facts[name])
        judge_wording(name, PLAYS[name][0], facts[name])
    if played:
        judge_paper(played)
    for name in played:
        start = time.monotonic()
        heard = judge_signatures(name, facts[name])
        agree(name, facts[name], heard)
        unsigned(name)
        say(f"{name}: {len(heard)} files judged in {time.monotonic() - start:.0f} s")
    if len(played) > 1:
        forgeries(played[0])
        stranger(played[0], played[1])
    (OUT / 'report.json').write_text(json.dumps({**report, 'faults': faults}, ensure_ascii=False, indent=1), 'utf-8')
    say(f'{len(played)} rehearsals, {len(faults)} findings; build/interop/report.json')
    return bool(faults)


if __name__ == '__main__':
    sys.exit(main())
