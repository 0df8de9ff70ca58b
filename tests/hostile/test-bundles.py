#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds every auditor against the tamper matrix of bundles.py; prints TAP.

The Python verifier always; VERIFY.sh where stock tools can tell; and, once it is built,
the program that PARAPH_CLI names, which must find exactly the same."""
import json
import os
import subprocess
import sys
import tempfile
import tokenize
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, HERE)
import bundles  # noqa: E402
from paraph_ref import tar  # noqa: E402

VERIFIER = os.path.join(HERE, '..', 'support', 'verify-bundle.py')
LEAST = 195
MOST_CODE = 500


def run(*args, **more):
    return subprocess.run(args, capture_output=True, check=False, timeout=120, **more)


def verdict(done):
    """(verdict, set of (kind, record)) of what an auditor printed; anything else is UNREADABLE."""
    try:
        told = json.loads(done.stdout)
        found = {(f['kind'], f['record'] or '-') for f in told['findings']}
    except (ValueError, KeyError):
        return bundles.UNREADABLE, set()
    if told['verdict'] != {0: 'good', 1: 'bad'}.get(done.returncode):
        return 'verdict and exit differ', found
    return told['verdict'], found


def wanted(expected):
    mild = {'settled', 'without-effect', 'disowned', 'late', 'withheld'}
    if expected == bundles.UNREADABLE:
        return bundles.UNREADABLE, set()
    return 'bad' if any(kind not in mild for kind, _ in expected) else 'good', expected


def differ(told, want):
    if told == want:
        return ''
    extra, less = sorted(told[1] - want[1]), sorted(want[1] - told[1])
    return f'is {told[0]}, should be {want[0]}; too many {extra}; missing {less}'


def shell(files, place, expected):
    """The last word of VERIFY.sh, and whether what it says names a place where something is wrong."""
    for name, data in files.items():
        path = os.path.join(place, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as file:
            file.write(data)
    done = run('sh', os.path.join(place, 'VERIFY.sh'))
    *lines, word = done.stdout.decode().split('\n')[:-1] or ['']
    found = {tuple(line.split()[1:3]) for line in lines}
    found = {(kind, ident if len(ident) == 64 else '-') for kind, ident in found}
    is_located = word == 'good' or bool({i for _, i in found} & {i for _, i in expected})
    return word if done.returncode == (word != 'good') else repr(done), is_located


def check(build, client):
    files, expected, stock = build()
    want, wrong = wanted(expected), []
    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, 'bundle.tar')
        with open(path, 'wb') as file:
            file.write(files if isinstance(files, bytes) else tar(files))
        done = run(sys.executable, VERIFIER, path)
        wrong.append(differ(verdict(done), want))
        if done.returncode not in (0, 1, 2) or done.stderr:
            wrong.append(done.stderr.decode()[-400:])
        if client:
            wrong.append(differ(verdict(run(client, '--json', 'audit', path)), want))
        if stock:
            said, is_located = shell(files, os.path.join(place, 'open'), expected)
            wrong.append('' if said == stock else f'VERIFY.sh says {said}, should say {stock}')
            wrong.append('' if is_located else 'VERIFY.sh names none of the places')
    return [line for line in wrong if line]


def find_client():
    """The program, when it is built and can audit a bundle."""
    client = os.environ.get('PARAPH_CLI', '')
    if not os.access(client, os.X_OK):
        return None
    with tempfile.NamedTemporaryFile(suffix='.tar') as file:
        file.write(tar(bundles.good()[0]))
        file.flush()
        return client if b'"verdict"' in run(client, '--json', 'audit', file.name).stdout else None


def count_code(path):
    """Lines that hold more than a comment."""
    blank = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
             tokenize.ENDMARKER)
    with open(path, encoding='utf-8') as file:
        tokens = [t for t in tokenize.generate_tokens(file.readline) if t.type not in blank]
    return len({n for t in tokens for n in range(t.start[0], t.end[0] + 1)})


def main(words):
    cases = [c for c in bundles.CASES if not words or any(w in c[0] for w in words)]
    client = find_client()
    print(f'1..{len(cases) + 3}')
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda c: check(c[1], client), cases))
    for number, ((name, _), wrong) in enumerate(zip(cases, results), 1):
        print('not ok' if wrong else 'ok', number, '-', name, flush=True)
        for line in wrong:
            print('#', line)
    enough = words or len(cases) >= LEAST
    print('ok' if enough else 'not ok', len(cases) + 1, '- at least', LEAST, 'cases were run')
    skip = '' if client else ' # SKIP PARAPH_CLI names no program that audits a bundle'
    print('ok', len(cases) + 2, '- the program agrees' + skip)
    size = count_code(VERIFIER)
    print('ok' if size <= MOST_CODE else 'not ok', len(cases) + 3, '- the verifier has', size,
          'lines of code, and PROTOCOL.md promises at most', MOST_CODE)


if __name__ == '__main__':
    main(sys.argv[1:])
