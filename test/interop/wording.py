#!/usr/bin/env python3
"""Does a PDF carry the exact final wording of its scenario? Usage: wording.py SCENARIO.yaml FILE.pdf...

The text comes from test/scenarios/check.py, which applies the answers to the comments by itself, and is compared with
what pdftotext reads, white space aside. The clauses have to stand there in order, one directly after the other."""
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / 'scenarios'))
import check
import pact_text


def flat(text):
    """White space does not count, nor does where a line ends."""
    return ' '.join(text.split())


def final(file):
    """The scenario with its final text; SystemExit when the scenario itself is wrong."""
    scenario = check.Scenario(str(file))
    if scenario.bad:
        sys.exit('\n'.join(scenario.bad))
    return scenario


def clauses(scenario):
    """(anchor, words as printed) of everything before the annexes, in order."""
    for anchor, label, node in scenario.root.walk():
        if not anchor.startswith('phu-luc'):
            yield anchor, flat(' '.join(filter(None, [label, node.heading, node.text])))


def annexes(scenario):
    """(anchor, words) of annex titles, texts and cells: each stands in its annex, a cell where its column puts it."""
    for anchor, label, node in scenario.root.walk():
        if anchor.startswith('phu-luc'):
            for words in [node.heading, node.text] + (node.cells or []):
                if words:
                    yield anchor, flat(words)
    pact, members = scenario.d['pact'], {m['code']: m for m in scenario.d['members']}
    for annex in pact.get('annexes', []):
        if annex.get('content') == 'dang_ky':
            for r in pact.get('registrations', []):
                yield f"{annex['code']} {r['member']}", flat(members[r['member']]['agency'])
                yield f"{annex['code']} {r['member']}", flat(r['award'])


def around(scenario):
    """(what, words) of the head and the foot of the paper."""
    pact, members = scenario.d['pact'], {m['code']: m for m in scenario.d['members']}
    yield 'pact.type_name', flat(pact['type_name'])
    yield 'pact.subject', flat(pact['subject'])
    yield 'pact.date_display', flat(pact.get('date_display') or '')
    if pact.get('number_display'):
        yield 'pact.number_display', flat(pact['number_display'])
    bases = [b if isinstance(b, str) else b['text'] for b in pact.get('bases', [])]
    for i, b in enumerate(bases):
        yield f'pact.bases[{i}]', flat(b) + ('.' if i == len(bases) - 1 else ';')
    lines = pact_text.recipients(scenario.d, members)
    for i, line in enumerate(lines):
        yield f'recipients[{i}]', flat(line) + ('.' if i == len(lines) - 1 else ';')


def signers(scenario, agencies):
    """(agency, name, title) of those who have signed, as their boxes show them."""
    for m in scenario.d['members']:
        who = m['signer'].get('replaced_by') or m['signer']
        if m['agency'] in agencies or m['code'] in agencies:
            yield m['code'], flat(who['name'])


# What stands in the margins: the place to verify the paper, its code, and the mark of a trial.
MARGIN = re.compile(r'Kiểm tra văn bản tại:|https?://\S+/v/\S+|Mã tra cứu: \S+|BẢN THỬ NGHIỆM - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ')


def body(pdf, *options):
    """The text of all pages, without page numbers and margins."""
    command = ['pdftotext', '-enc', 'UTF-8', *options, str(pdf), '-']
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    keep = []
    for page in run.stdout.split('\f'):
        lines = [flat(line) for line in page.splitlines() if line.strip()]
        if lines and lines[0].isdigit():
            del lines[0]
        keep += [line for line in lines if not MARGIN.fullmatch(line)]
    return flat(' '.join(keep))


def findings(scenario, pdf, signed=()):
    """What of the wording is not in the PDF; `signed` are the agencies whose box must be filled."""
    text, at, bad, first = body(pdf), 0, [], None
    drawn = body(pdf, '-raw')  # in the order of drawing: cell after cell where lines of columns stand side by side
    for anchor, words in clauses(scenario):
        i = text.find(words, at)
        if i < 0:
            bad.append(f'{pdf}: {anchor} does not stand in its place: {words!r}; there is: {text[at:at + 160]!r}')
            continue
        if first is not None and text[at:i].strip():
            bad.append(f'{pdf}: before {anchor} stands what is not in the text: {text[at:i].strip()!r}')
        first, at = anchor, i + len(words)
    for where, words in list(around(scenario)) + list(annexes(scenario)) + list(signers(scenario, signed)):
        if words and words not in text and words not in drawn:
            bad.append(f'{pdf}: {where} is missing: {words!r}')
    return bad


def main(arguments):
    scenario = final(arguments[0])
    bad = [x for pdf in arguments[1:] for x in findings(scenario, pdf)]
    print('\n'.join(bad) if bad else f'{len(arguments) - 1} files carry the wording of {arguments[0]}')
    return bool(bad)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
