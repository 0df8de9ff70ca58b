#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge a Paraph bundle: the second implementation, written from docs/PROTOCOL.md alone.

verify-bundle.py BUNDLE.tar|DIRECTORY [--json] [--no-stock]     exit 0 good, 1 bad, 2 unreadable

Needs Python's standard library and, for the second opinion on each signature, ssh-keygen."""
import base64
import bisect
import datetime
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections import defaultdict


class Malformed(Exception):
    """A header that is not in its one legal form."""


class Unreadable(Exception):
    """Not a bundle at all."""


def sha(data):
    return hashlib.sha256(data).hexdigest()


# Ed25519 (RFC 8032), strictly: S below L, canonical A and R, no cofactor, prime order.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Y8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022
LOW_Y = {0, 1, P - 1, P, P + 1, Y8, P - Y8}
LOW_U = {0, 1, P - 1, 325606250916557431795983626356110631294008115727848805560023387167927233504,
         39382357235489614581723060781553021112529911719440698176882885853963445705823}


def point(raw):
    y = int.from_bytes(raw, 'little')
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2]
    e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
    return e * f % P, g * h % P, f * g % P, e * h % P


def mul(n, p, m=0, q=(0, 1, 1, 0)):
    """n p + m q, by one run of doublings."""
    both, out = add(p, q), (0, 1, 1, 0)
    for i in range(max(n.bit_length(), m.bit_length()) - 1, -1, -1):
        out, which = add(out, out), (n >> i & 1) + 2 * (m >> i & 1)
        out = add(out, (None, p, q, both)[which]) if which else out
    return out


def pack(p):
    z = pow(p[2], P - 2, P)
    return (p[1] * z % P | (p[0] * z % P & 1) << 255).to_bytes(32, 'little')


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, 'little'))
GATE = {}


def gate(raw):
    """The key as a point, or None unless canonical and of the prime-order subgroup."""
    if raw not in GATE:
        p = point(raw)
        ok = p and p[0] and mul(L, p)[0] == 0 and pack(mul(L, p)) == pack((0, 1, 1, 0))
        GATE[raw] = p if ok else None
    return GATE[raw]


def gate_x25519(raw):
    u = int.from_bytes(raw, 'little')
    return u < P and u not in LOW_U


def ed25519(key, message, sig):
    a, s = gate(key), int.from_bytes(sig[32:], 'little')
    if a is None or len(sig) != 64 or s >= L:
        return False
    if int.from_bytes(sig[:32], 'little') & (2**255 - 1) in LOW_Y:
        return False
    h = int.from_bytes(hashlib.sha512(sig[:32] + key + message).digest(), 'little') % L
    return pack(mul(s, BASE, L - h, a)) == sig[:32]


def string(data):
    return len(data).to_bytes(4, 'big') + data


def key_blob(key):
    return string(b'ssh-ed25519') + string(key)


def armor(key, namespace, sig):
    blob = (b'SSHSIG' + bytes((0, 0, 0, 1)) + string(key_blob(key)) + string(namespace.encode())
            + string(b'') + string(b'sha256') + string(string(b'ssh-ed25519') + string(sig)))
    text = base64.b64encode(blob).decode()
    lines = [text[i:i + 70] for i in range(0, len(text), 70)]
    return '\n'.join(['-----BEGIN SSH SIGNATURE-----', *lines,
                      '-----END SSH SIGNATURE-----', '']).encode()


def signed(key, namespace, message, sig):
    return ed25519(key, b'SSHSIG' + string(namespace.encode()) + string(b'') + string(b'sha256')
                   + string(hashlib.sha256(message).digest()), sig)


# Headers (sections 1 to 4).
FORBIDDEN = re.compile('[\0-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064'
                       '\u2066-\u2069\ufeff\xad\u180e\u034f\ufe00-\ufe0f\ufdd0-\ufdef'
                       '\U000e0000-\U000e007f\U000e0100-\U000e01ef%s]' % ''.join(
                           chr(n * 0x10000 + 0xfffe) + chr(n * 0x10000 + 0xffff)
                           for n in range(17)))
ID, DEC, CODE = '[0-9a-f]{64}', '(?:0|[1-9][0-9]{0,15})', '[A-Z]{2,6}'
SYMBOL = r'(?!.*//)(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]{0,63}(?<!/)'
LANGUAGE = '[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}'
ROLE = '(?:party|mediator|guarantor|observer|depositary)'
TIME, NAME, HEAD = '(?P<t>[0-9TZ:-]{20})', '(?P<name>.+)', f'{ID} (?P<n>{DEC}) {ID}'
ORDER = 'read talk propose position initial sign attest manage'
PAPER = [('symbol', SYMBOL, 1, 1), ('text', ID, 1, 1), ('base', ID, 1, 1)]
FIELDS = {
    'delegation': [('name', NAME, 1, 1), ('code', CODE, 1, 1), ('custodian', ID, 1, 16),
                   ('threshold', f'(?P<n>{DEC})', 1, 1), ('next', ID, 1, 1)],
    'powers': [('person', NAME, 1, 1), ('key', ID, 1, 1), ('session', ID, 1, 1),
               ('envelope', ID, 1, 1),
               ('powers', '(?=.)' + ''.join(f'(?:(?:^|(?<=[a-z])) ?{w})?' for w in ORDER.split()),
                1, 1), ('proof', '[0-9a-f]{128}', 1, 1)],
    'revocation': [('device', ID, 1, 1), ('reason', 'lost|stolen|compromised|left|replaced', 1, 1),
                   ('cut', ID, 8, 9999)],
    'charter': [('title', NAME, 1, 1), ('seat', f'{CODE} {ROLE} (?:{ID}|-) {NAME}', 2, 64),
                ('rule', 'unanimity|two-thirds', 1, 1), ('admission', 'convener|parties', 1, 1),
                ('language', LANGUAGE, 1, 16), ('zone', '[A-Za-z0-9][A-Za-z0-9._/-]{0,63}', 1, 1),
                ('issuer', CODE, 0, 64), ('adoption', 'moves|stays', 1, 1),
                ('silence', 'no|yes', 1, 1)],
    'joining': [('seat', CODE, 1, 1)],
    'membership': [('change', 'add|remove', 1, 1), ('seat', CODE, 1, 1), ('delegation', ID, 1, 1),
                   ('joining', f'{ID}|-', 1, 1), ('history', 'full|from-here', 1, 1)],
    'channel': [('name', NAME, 1, 1), ('member', f'{ID} {CODE} {ROLE}', 1, 64)],
    'checkpoint': [('head', HEAD, 0, 512), ('identity-head', HEAD, 0, 64), ('lacking', ID, 0, 9999)],
    'statement': [('type', 'statement|minutes|understanding', 1, 1), ('about', f'{ID}|-', 1, 1)],
    'text': [('symbol', SYMBOL, 1, 1), ('title', NAME, 1, 1),
             ('standing', 'basis|chairs-text|party-proposal|conference-room-paper', 1, 1)],
    'version': PAPER + [('incorporates', ID, 0, 9999)],
    'proposal': PAPER + [('answers', f'{ID}|-', 1, 1), ('claim', f'[0-9a-f]{{16}}:(?P<n>{DEC})', 0, 9999),
                         ('expires', f'{TIME}|-', 1, 1), ('package', f'{ID}|-', 1, 1)],
    'position': [('target', ID, 1, 1),
                 ('stance', 'accept|reserve|object|abstain|no-instruction|revoke', 1, 1),
                 ('provision', f'(?P<n>{DEC})', 0, 9999)],
    'withdrawal': [('target', ID, 1, 1)],
}
BODIES = {'statement': (1, 8, 'text minutes annex'), 'position': (0, 1, 'note'),
          'withdrawal': (0, 1, 'note'), 'text': (1, 64, ''), 'version': (1, 64, ''),
          'proposal': (1, 64, '')}
COMMON = [('kind', '[a-z][a-z-]{0,31}', 1, 1), ('negotiation', f'{ID}|-', 1, 1),
          ('channel', f'{ID}|-', 1, 1), ('author', f'{ID}|-', 1, 1), ('identity', f'{ID}|-', 1, 1),
          ('number', f'(?P<n>{DEC})', 1, 1), ('previous', f'{ID}|-', 1, 1), ('seen', HEAD, 0, 512),
          ('clock', f'(?P<n>{DEC})', 1, 1), ('time', TIME, 1, 1), ('salt', '[0-9a-f]{32}', 1, 1)]
BODY = (f'(?P<role>text|note|annex|evidence|minutes) (?P<file>[A-Za-z0-9][A-Za-z0-9._-]{{0,63}}) '
        f'(?P<lang>{LANGUAGE}|-) (?P<media>text/plain;charset=utf-8|[a-z0-9.+/-]{{1,64}}) '
        f'(?P<n>{DEC}) (?P<id>{ID})')


def instant(text):
    try:
        return datetime.datetime.strptime(text, '%Y-%m-%dT%H:%M:%SZ')
    except ValueError as error:
        raise Malformed('time') from error


def check_value(match, key):
    """What a pattern alone cannot say: numbers, times and names."""
    if match is None:
        raise Malformed(f'value of {key}')
    part = match.groupdict()
    if part.get('n') and int(part['n']) > 2**53 - 1:
        raise Malformed(f'number too large in {key}')
    if part.get('t') is not None:
        if not re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\dZ', part['t'], re.A):
            raise Malformed('time')
        instant(part['t'])
    name = part.get('name')
    if name is not None and (name == '-' or len(name.encode()) > 512 or name != name.strip(' ')
                             or '  ' in name or not unicodedata.is_normalized('NFC', name)):
        raise Malformed(f'name in {key}')


def take(lines, key, pattern, low, high):
    """The lines of one key, in order, off the front of the list."""
    found = []
    while lines and lines[0].startswith(key + ': '):
        found.append(lines.pop(0)[len(key) + 2:])
    if low == 0 and found == ['-']:
        return []
    if not max(low, 1) <= len(found) <= high:
        raise Malformed(f'{key}: missing, repeated, too few or too many')
    if any(a.encode() >= b.encode() for a, b in zip(found, found[1:])):
        raise Malformed(f'{key}: not sorted or repeated')
    for value in found:
        check_value(re.fullmatch(pattern, value), key)
    return found if high > 1 else found[0]


def take_unknown(lines):
    keys = []
    while lines and not lines[0].startswith('body: '):
        match = re.fullmatch('([a-z][a-z-]{0,31}): [^ ].*', lines.pop(0))
        if not match or match[1] == 'body' or match[1] in keys[:-1]:
            raise Malformed('field of an unknown kind')
        keys = keys if keys[-1:] == [match[1]] else keys + [match[1]]


def take_bodies(lines, kind):
    bodies = [] if not lines else [re.fullmatch(BODY, text) for text
                                   in take(lines, 'body', BODY, 1, 9999)]
    places = [m.group('role', 'file', 'lang') for m in bodies]
    if len(set(places)) != len(places) or any(m['media'].count('/') != 1 for m in bodies):
        raise Malformed('body')
    low, high, roles = BODIES.get(kind, (0, 0 if kind in FIELDS else 9999, ''))
    if not low <= len(bodies) <= high or (roles and any(m['role'] not in roles.split() for m in bodies)):
        raise Malformed('bodies of this kind')
    if kind in ('text', 'version', 'proposal') and all(m['role'] != 'text' for m in bodies):
        raise Malformed('no text among the bodies')
    return bodies


def check_row(f, kind):
    """The table of section 2: which of the common lines may say what."""
    number, clock = int(f['number']), int(f['clock'])
    blank = ''.join('-' if f[key] == '-' else 'i' for key in
                    ('negotiation', 'channel', 'author', 'identity', 'previous'))
    if kind == 'delegation':
        ok = blank == '-----' and number == 0 and clock == 1 and not f['seen']
    elif kind in ('powers', 'revocation'):
        ok = (blank == '-ii-i' and f['channel'] == f['author'] and number > 0
              and clock == number + 1 and not f['seen'])
    elif kind in ('charter', 'channel'):
        ok = (blank == ('--ii-' if kind == 'charter' else 'i-ii-') and number == 0
              and clock == 1 and not f['seen'])
    else:
        ok = blank == 'iiii' + ('i' if number else '-')
    if not ok:
        raise Malformed('common lines of this kind')


def check_kind(f, kind):
    if kind == 'delegation':
        ok = 1 <= int(f['threshold']) <= len(f['custodian'])
    elif kind == 'revocation':
        ok = len(f['cut']) % 8 == 0
    elif kind == 'charter':
        ok = len({seat.split()[0] for seat in f['seat']}) == len(f['seat'])
    else:
        ok = kind != 'membership' or (f['joining'] == '-') == (f['change'] == 'remove')
    if not ok:
        raise Malformed('fields of this kind')


class Record:
    """One header, parsed; what judging adds to it stands here too."""

    def __init__(self, header):
        if len(header) > 131072:
            raise Malformed('too long')
        try:
            lines = header.decode().split('\n')
        except UnicodeDecodeError as error:
            raise Malformed('not UTF-8') from error
        if lines[-2:] != ['', ''] or '' in lines[:-2] or lines[0] != 'paraph-record 1':
            raise Malformed('first line or end')
        if any(FORBIDDEN.search(line) for line in lines):
            raise Malformed('a character that no header may hold')
        lines = lines[1:-2]
        f = self.f = {spec[0]: take(lines, *spec) for spec in COMMON}
        kind = self.kind = f['kind']
        if kind in FIELDS:
            f.update({spec[0]: take(lines, *spec) for spec in FIELDS[kind]})
            check_kind(f, kind)
        else:
            take_unknown(lines)
        self.bodies = take_bodies(lines, kind)
        check_row(f, kind)
        self.header, self.id = header, sha(header)
        self.number, self.clock = int(f['number']), int(f['clock'])
        self.is_identity = kind in ('delegation', 'powers', 'revocation')
        self.channel = f['channel'] if f['channel'] != '-' else self.id
        self.author = self.id if kind == 'delegation' else f['author']
        self.charter = self.id if kind == 'charter' else f['negotiation']
        self.seen = [(a, int(n), i) for a, n, i in map(str.split, f['seen'])]
        self.delegation, self.past, self.bit, self.state = None, 0, 0, None

    def names(self):
        """(relation, id) of everything that this header relies on."""
        for key in ('previous', 'identity', 'negotiation', 'channel'):
            if self.f[key] not in ('-', self.id) and not (self.is_identity and key == 'channel'):
                yield key, self.f[key]
        for _, _, ident in self.seen:
            yield 'seen', ident

    def before(self, other):
        return bool(other.past & self.bit)

    def shown(self):
        return self.clock, self.author, self.number, self.id


# The bundle as files.
ENTRY = re.compile(f'READ-ME-FIRST.txt|PROTOCOL.md|VERIFY.sh|SCOPE.txt|INDEX.txt|allowed_signers|'
                   f'lacking.txt|withheld.txt|SHA256SUMS|blobs/{ID}|records/{ID}(?:.sig)?|'
                   rf'identity/{ID}(?:\.[0-9a-f]{{16}}\.sig)?|texts/[A-Za-z0-9._-]+\.txt')


def read_tar(path):
    """name -> (offset, size) of a ustar file; anything but plain files in it is refused."""
    found, size = {}, os.path.getsize(path)
    with open(path, 'rb') as file:
        while block := file.read(512):
            if block == bytes(512):
                break
            text = [block[a:b].split(b'\0')[0].strip(b' ') for a, b in
                    ((0, 100), (124, 136), (148, 156), (345, 500))]
            total = sum(block) - sum(block[148:156]) + 8 * 32
            if len(block) != 512 or block[257:262] != b'ustar' or block[156:157] not in b'0\0':
                raise Unreadable('not a plain ustar entry')
            try:
                length, told = int(text[1], 8), int(text[2], 8)
                name = (text[3] + b'/' + text[0] if text[3] else text[0]).decode('ascii')
            except ValueError as error:
                raise Unreadable('archive header') from error
            if told != total or length < 0 or file.tell() + length > size or name in found:
                raise Unreadable(f'archive entry {name!a}')
            found[name] = (file.tell(), length)
            file.seek(-length % 512 + length, 1)
            if len(found) > 4_000_000 or size > 4 << 30:
                raise Unreadable('over the limit')
    return found


def read_directory(path):
    found = {}
    for folder, folders, names in os.walk(path):
        for name in folders + names:
            full = os.path.join(folder, name)
            if os.path.islink(full) or (name in names and not os.path.isfile(full)):
                raise Unreadable(f'not a plain file: {full!a}')
        for name in names:
            full = os.path.join(folder, name)
            found[os.path.relpath(full, path)] = (0, os.path.getsize(full))
    return found


class Files:
    def __init__(self, path):
        self.path, self.is_dir = path, os.path.isdir(path)
        self.entries = read_directory(path) if self.is_dir else read_tar(path)
        self.sums = {}
        for name in self.entries:
            if not re.fullmatch('[A-Za-z0-9._/-]+', name) or {'', '.', '..'} & set(name.split('/')):
                raise Unreadable(f'entry name {name!a}')

    def chunks(self, name):
        offset, left = self.entries[name]
        with open(os.path.join(self.path, name) if self.is_dir else self.path, 'rb') as file:
            file.seek(offset)
            while left and (chunk := file.read(min(left, 1 << 20))):
                left -= len(chunk)
                yield chunk

    def read(self, name):
        if self.entries[name][1] > 64 << 20:
            raise Unreadable(f'{name} is too large')
        return b''.join(self.chunks(name))

    def lines(self, name):
        if name not in self.entries:
            raise Unreadable(f'{name} is missing')
        text = self.read(name).decode('utf-8', 'replace')
        if text and not text.endswith('\n'):
            raise Unreadable(f'{name} does not end with a line')
        return text.split('\n')[:-1]

    def sum(self, name):
        if name not in self.sums:
            digest = hashlib.sha256()
            for chunk in self.chunks(name):
                digest.update(chunk)
            self.sums[name] = digest.hexdigest()
        return self.sums[name]


POWER = {'charter': 'manage', 'joining': 'manage', 'channel': 'manage', 'membership': 'manage',
         'text': 'propose', 'version': 'propose', 'proposal': 'propose', 'withdrawal': 'propose',
         'position': 'position', 'statement': 'talk', 'checkpoint': 'read'}
RIGHTS = {'party': set(POWER),
          'mediator': set('charter text proposal withdrawal version joining channel membership '
                          'statement checkpoint'.split())}
OTHERS = set('charter joining channel statement checkpoint'.split())
NOT_BAD = {'settled', 'without-effect', 'disowned', 'late', 'withheld'}


class Audit:
    def __init__(self, files, stock):
        self.files, self.stock = files, stock and shutil.which('ssh-keygen')
        self.found, self.held, self.altered, self.order = {}, {}, set(), []
        self.placed, self.good, self.effect, self.aside = {}, 0, {}, []

    def find(self, kind, ident, detail, rec=None):
        item = {'kind': kind, 'record': ident, 'channel': rec.channel if rec else None,
                'by': rec.author if rec else None, 'number': rec.number if rec else None,
                'detail': detail}
        self.found.setdefault((kind, ident), item)

    def run(self):
        self.check_files()
        self.read_scope()
        self.reach()
        self.place_all()
        self.check_derived()
        self.judge_standing()
        self.judge_effect()
        self.check_blobs()
        return [self.found[key] for key in sorted(self.found)]

    # Bytes.
    def check_files(self):
        told = {}
        for line in self.files.lines('SHA256SUMS'):
            match = re.fullmatch(f'({ID})  (.+)', line)
            if not match or match[2] in told:
                raise Unreadable('SHA256SUMS')
            told[match[2]] = match[1]
        for name in sorted(set(told) | set(self.files.entries) - {'SHA256SUMS'}):
            match = re.fullmatch(f'(?:records|identity|blobs)/({ID})(.*)', name)
            ident, here = match[1] if match else '-', name in self.files.entries
            if here and match and not match[2] and self.files.sum(name) != ident:
                self.altered.add(ident)
                self.find('altered', ident, f'{name}: its bytes are not those of its name')
            elif not here or self.files.sum(name) != told.get(name) or not ENTRY.fullmatch(name):
                self.find('altered', ident, f'{name}: not as SHA256SUMS or section 14 says')

    def read_scope(self):
        lines = self.files.lines('SCOPE.txt')
        match = [re.fullmatch(f'channel: ({ID}) ({ID})', line) for line in lines[2:]]
        if lines[:1] != ['paraph-bundle 1'] or not match or None in match or lines[2:] != sorted(
                lines[2:]) or not re.fullmatch(f'negotiation: {ID}', lines[1]):
            raise Unreadable('SCOPE.txt')
        self.charter, self.scope = lines[1][13:], [m.groups() for m in match]
        self.broken = {}
        for name in self.files.entries:
            match = re.fullmatch(f'(records|identity)/({ID})', name)
            if match and match[2] not in self.altered:
                try:
                    rec = Record(self.files.read(name) if self.files.entries[name][1] <= 131072 else b'')
                    if rec.is_identity != (match[1] == 'identity'):
                        raise Malformed('in the wrong folder')
                    self.held[rec.id] = rec
                except Malformed as error:
                    self.broken[match[2]] = str(error)

    # What is in scope: the past of each R and the charter; where anything of it is not there to
    # be read, every held record of the channels in scope, and all identity records.
    def reach(self):
        todo = [(r, None, 'scope') for c, r in self.scope
                if r not in self.held or (self.held[r].channel, self.held[r].charter) == (c, self.charter)]
        whole, less, done, missing = True, len(todo) < len(self.scope), set(), {}
        todo.append((self.charter, None, 'scope'))
        while todo:
            ident, namer, why = todo.pop()
            rec = self.held.get(ident)
            if not rec and ident not in self.broken and missing.get(ident, ' ')[0] != 'previous':
                missing[ident] = why, namer
            if ident not in done and rec and rec.charter in (self.charter, '-'):
                todo += [(named, rec, how) for how, named in rec.names()]
            done.add(ident)
            if not todo and whole and (less or missing or done & set(self.broken)):
                whole, channels = False, {c for c, _ in self.scope}
                todo += [(r.id, None, 'scope') for r in self.held.values()
                         if r.is_identity or r.channel in channels]
        self.whole = whole
        for ident in sorted(set(self.held) | set(self.broken)):
            if ident in self.broken and (ident in done or not whole):
                self.find('malformed', ident, self.broken[ident])
            elif ident not in done or self.held[ident].charter not in (self.charter, '-'):
                rec = self.held.pop(ident, None)
                self.aside += [rec] if rec else []
                self.find('replay', ident, 'of another negotiation or scope', rec)
        for ident, (why, namer) in missing.items():
            if ident not in self.altered:
                self.find('gap' if why == 'previous' else 'truncated', ident, f'named as {why}', namer)

    # Placing (7.1).
    def place_all(self):
        stack, seen = sorted(self.held, key=lambda i: self.held[i].shown(), reverse=True), set()
        while stack:
            ident = stack[-1]
            rec = self.held.get(ident)
            first = rec and ident not in seen
            seen.add(ident)
            if first:
                stack += [named for _, named in rec.names() if named not in seen]
                continue
            stack.pop()
            if rec and ident not in self.placed and not hasattr(rec, 'done'):
                rec.done = True
                wrong = self.place_identity(rec) if rec.is_identity else self.place(rec)
                if wrong == 'placed':
                    self.order.append(ident)
                    self.placed[ident] = rec
                    rec.bit = 1 << len(self.order)
                    rec.past = rec.bit
                    for how, named in rec.names():
                        if how in ('previous', 'identity', 'seen'):
                            rec.past |= self.placed[named].past
                elif wrong:
                    self.find(*wrong[:1], ident, wrong[1], rec)

    def verify(self, rec, name, key, namespace):
        data = self.files.read(name) if self.files.entries.get(name, (0, 9999))[1] < 2048 else b''
        raw = b''
        try:
            raw = base64.b64decode(b''.join(data.split(b'\n')[1:-2]))[-64:]
        except ValueError:
            pass
        ok = (len(raw) == 64 and data == armor(key, namespace, raw)
              and signed(key, namespace, rec.header, raw))
        if ok and self.stock:
            with tempfile.TemporaryDirectory() as place:
                allowed, sig = os.path.join(place, 'allowed'), os.path.join(place, 'sig')
                with open(allowed, 'wb') as file:
                    file.write(b'x ssh-ed25519 ' + base64.b64encode(key_blob(key)) + b'\n')
                with open(sig, 'wb') as file:
                    file.write(data)
                ok = subprocess.run([self.stock, '-Y', 'verify', '-f', allowed, '-I', 'x', '-n', namespace, '-s', sig],
                                    input=rec.header, capture_output=True, check=False).returncode == 0
        self.good += ok
        return ok

    def place_identity(self, rec):
        f, before = rec.f, self.placed.get(rec.f['previous'])
        if rec.kind == 'delegation':
            keys = {sha(key_blob(k)): k for k in map(bytes.fromhex, f['custodian'])}
            rec.delegation, rec.state = rec, {'keys': {}, 'gone': {}}
            if None in map(gate, keys.values()):
                return 'malformed', 'a custodian key fails the gate'
        elif before is None:
            return None
        elif not before.is_identity:
            return 'malformed', 'previous is no identity record'
        else:
            rec.delegation = before.delegation
            rec.state = {part: dict(before.state[part]) for part in ('keys', 'gone')}
            keys = {sha(key_blob(k)): k for k in map(bytes.fromhex, rec.delegation.f['custodian'])}
        if rec.kind == 'powers' and (wrong := self.check_powers(rec)):
            return 'malformed', wrong
        enough = 0
        for name in sorted(n for n in self.files.entries if n.startswith(f'identity/{rec.id}.')):
            key = next((k for i, k in keys.items() if i[:16] == name[74:90]), None)
            if key and self.verify(rec, name, key, 'identity@paraph'):
                enough += 1
            else:
                self.find('bad-signature', rec.id, name, rec)
        if enough < int(rec.delegation.f['threshold']):
            return 'bad-signature', 'too few custodians signed'
        if before and (rec.number != before.number + 1 or rec.author != before.author):
            return 'malformed', 'place in the chain'
        if rec.kind == 'revocation':
            rec.state['gone'].setdefault(f['device'], rec)
        return 'placed'

    def check_powers(self, rec):
        f = rec.f
        key, session, envelope = (bytes.fromhex(f[n]) for n in ('key', 'session', 'envelope'))
        device = sha(key_blob(key))
        text = (f"paraph-device 1\ndelegation: {rec.author}\nkey: {f['key']}\n"
                f"session: {f['session']}\nenvelope: {f['envelope']}\n")
        if gate(key) is None or not gate_x25519(session) or not gate_x25519(envelope):
            return 'a key fails the gate'
        if not signed(key, 'device@paraph', text.encode(), bytes.fromhex(f['proof'])):
            return 'proof'
        old = rec.state['keys'].get(device)
        if device in rec.state['gone'] or old and (old[1], old[2]) != (session, envelope):
            return 'a revoked device, or other keys of a known one'
        rec.state['keys'][device] = key, session, envelope, f['powers'].split()
        return None

    def place(self, rec):
        f, ident = rec.f, self.placed.get(rec.f['identity'])
        if ident is None:
            return None
        if not ident.is_identity:
            return 'malformed', 'identity is no identity record'
        rec.delegation = ident.delegation
        if rec.author not in ident.state['keys']:
            return 'unknown-key', 'never empowered in that identity chain'
        if rec.author in ident.state['gone']:
            return 'not-empowered', 'revoked in that identity chain'
        space = 'charter' if rec.kind == 'charter' else 'record.' + rec.charter[:32]
        if not self.verify(rec, f'records/{rec.id}.sig', ident.state['keys'][rec.author][0],
                           space + '@paraph'):
            return 'bad-signature', 'no good signature in the one legal form'
        if any(named not in self.placed for _, named in rec.names()):
            return None
        wrong = self.check_place(rec, ident)
        return ('malformed', wrong) if wrong else 'placed'

    def check_place(self, rec, ident):
        f, before = rec.f, self.placed.get(rec.f['previous'])
        past, named = before.past if before else 0, [self.placed[i] for _, _, i in rec.seen]
        chains = defaultdict(list)
        opening, charter = self.placed.get(rec.channel, rec), self.placed.get(rec.charter, rec)
        if charter.kind != 'charter' or opening.kind not in ('charter', 'channel') or (
                opening.charter != charter.id):
            return 'its negotiation or channel is none'
        if before and (before.author, before.channel, before.number + 1) != (
                rec.author, rec.channel, rec.number):
            return 'previous'
        for (author, number, _), other in zip(rec.seen, named):
            if (author, number, rec.channel) != (other.author, other.number, other.channel) or (
                    author == rec.author or past & other.bit or other.is_identity):
                return 'a seen line'
            chains[author].append(other)
        if any(len(c) > 2 or len(c) == 2 and (c[0].before(c[1]) or c[1].before(c[0]))
               for c in chains.values()):
            return 'two seen lines of one chain'
        if rec.clock != 1 + max([r.clock for r in named + [before] if r], default=0):
            return 'clock'
        if rec.id != rec.channel and not before and not any(opening.before(r) for r in named):
            return 'does not name the opening'
        if before and not self.placed[before.f['identity']].before(ident):
            return 'identity went back'
        return None

    # Derived files say what the records say.
    def check_derived(self):
        shown = sorted((r for r in self.placed.values() if not r.is_identity), key=Record.shown)
        want = [f"{r.f['time']} {r.kind} {r.f.get('symbol', '-')} {r.id}" for r in shown]
        parts = [line.split(' ') for line in self.files.lines('INDEX.txt')]
        if want != [' '.join(p[1:2] + p[3:]) for p in parts if p[-1] in self.placed]:
            self.find('altered', '-', 'INDEX.txt does not say what the records say')
        for line in self.files.lines('allowed_signers'):
            part = line.split(' ')
            blob = base64.b64decode(part[3]) if len(part) == 4 else b''
            if sha(blob) != part[0] or part[2] != 'ssh-ed25519':
                self.find('altered', '-', 'allowed_signers: a name is not that of its key')
        other = {i[:16] for i in [*self.altered, *self.broken, *self.held, *(r.id for r in self.aside)]
                 if i not in self.placed}
        texts = {n: None for n in self.files.entries if n.startswith('texts/') and n.split('.')[-3][-16:]
                 not in other}
        for rec in (r for r in shown if 'symbol' in r.f):
            for body in (b for b in rec.bodies if b['role'] == 'text' and b['file'] == 'main'):
                language = 'und' if body['lang'] == '-' else body['lang']
                name = f"texts/{rec.f['symbol'].replace('/', '_')}-{rec.id[:16]}.{language}.txt"
                texts[name] = f"blobs/{body['id']}"
        for name, blob in texts.items():
            content = self.files.read(blob)[79:] if blob in self.files.entries else None
            text = self.files.read(name) if name in self.files.entries else None
            if content != text and (blob or '')[6:] not in self.altered:
                self.find('altered', '-', f'{name} is not the content of its blob')

    def check_blobs(self):
        withheld = set(self.files.lines('withheld.txt'))
        self.files.lines('lacking.txt')
        used = {b['id'] for rec in self.aside for b in rec.bodies}
        for rec in sorted(self.held.values(), key=Record.shown):
            for body in rec.bodies:
                name, ident = f"blobs/{body['id']}", body['id']
                used.add(ident)
                if ident in withheld:
                    self.find('withheld', ident, f'body of {rec.id}', rec)
                elif name not in self.files.entries:
                    self.find('lacking', ident, f'body of {rec.id}', rec)
                elif ident not in self.altered:
                    head = next(self.files.chunks(name), b'')[:79]
                    if self.files.entries[name][1] != int(body['n']) or not re.fullmatch(
                            f'paraph-body 1 {ID}\n'.encode(), head):
                        self.find('malformed', ident, f'body of {rec.id}', rec)
        for name in self.files.entries:
            if name.startswith('blobs/') and name[6:] not in used | self.altered and self.whole:
                self.find('replay', name[6:], 'a blob that no record here names')

    # Standing (7.2).
    def judge_standing(self):
        places, lines = defaultdict(lambda: defaultdict(list)), defaultdict(set)
        for rec in self.placed.values():
            places[rec.author, rec.channel if not rec.is_identity else rec.author][rec.number].append(rec)
        self.forks = {}
        for chain, numbers in places.items():
            twice = [n for n in numbers if len(numbers[n]) > 1]
            if twice:
                self.forks[chain] = min(twice), sorted(r.id for r in numbers[min(twice)])
        self.frozen = {c[0]: n for c, (n, _) in self.forks.items() if c[0] in self.placed}
        self.gone = {}
        for rec in sorted(self.placed.values(), key=Record.shown):
            if rec.kind == 'revocation' and rec.number < self.frozen.get(rec.author, rec.number + 1):
                self.gone.setdefault((rec.author, rec.f['device']), rec)
        kept = set()
        for rec in (r for r in self.placed.values() if not r.is_identity):
            cut = self.gone.get((rec.delegation.id, rec.author))
            text = f'cut\n{rec.channel}\n{rec.number}\n{rec.id}\n'
            if cut is None or sha(text.encode()) in cut.f['cut']:
                while rec and rec.id not in kept:
                    kept.add(rec.id)
                    rec = self.placed.get(rec.f['previous'])
        self.void = {}
        for rec in (r for r in self.placed.values() if not r.is_identity):
            cut = self.gone.get((rec.delegation.id, rec.author))
            fork = self.forks.get((rec.author, rec.channel))
            if cut and rec.id not in kept:
                self.void[rec.id] = 'cut'
            elif not cut and fork and rec.number >= fork[0]:
                self.void[rec.id] = 'void'
        for (author, channel), (number, ids) in self.forks.items():
            rec = self.placed[ids[0]]
            settled = (rec.delegation.id, author) in self.gone and not rec.is_identity
            self.find('settled' if settled else 'fork', ids[0], f'and {ids[1]} at {number}', rec)
        self.judge_late_and_disowned()
        self.places = places

    def others(self, rec):
        return (q for q in self.placed.values() if not q.is_identity
                and q.delegation is not rec.delegation)

    def judge_late_and_disowned(self):
        self.openings = set()
        for rec in self.placed.values():
            names = [self.placed[i] for how, i in rec.names() if how in ('previous', 'seen')]
            if any((instant(r.f['time']) - instant(rec.f['time'])).total_seconds() > 600 for r in names):
                self.find('late', rec.id, f"says {rec.f['time']}", rec)
            if rec.id in self.void and any(rec.before(q) for q in self.others(rec)):
                self.find('disowned', rec.id, self.void[rec.id], rec)
                if rec.id == rec.channel:
                    self.openings.add(rec.id)

    def contested(self, rec):
        cut, fork = self.gone.get((rec.delegation.id, rec.author)), self.forks.get((rec.author, rec.channel))
        for q in self.others(rec):
            if rec.before(q) and not (cut and cut.before(q)) and not any(
                    c[1] == rec.channel and any(r.delegation is q.delegation for r in self.places[c][n[0]])
                    for c, n in self.forks.items()) and not (
                    fork and sum(self.placed[i].before(q) for i in fork[1]) > 1):
                return True
        return False

    # Effect (7.3, 7.4).
    def judge_effect(self):
        self.adds, self.removes = [], []
        shown = sorted((r for r in self.placed.values() if not r.is_identity), key=Record.shown)
        for rec in [r for r in shown if r.kind == 'membership'] + shown:
            stands = rec.id not in self.void or rec.id in self.openings or (
                rec.kind in ('membership', 'version') and self.contested(rec))
            if rec.id in self.effect or not stands:
                continue
            self.effect[rec.id] = why = self.reason(rec)
            if why:
                self.find('without-effect', rec.id, why, rec)
            elif rec.kind == 'membership':
                (self.adds if rec.f['change'] == 'add' else self.removes).append(rec)

    def seats(self, who, rec, in_past=False):
        """code -> role of the plenary seats that a delegation has in the past of a record."""
        charter, found = self.placed[rec.charter], {}
        every = {s.split()[0]: s.split()[1:3] for s in charter.f['seat']}
        given = [(c, charter) for c, (_, i) in every.items() if i == who == charter.delegation.id]
        given += [(a.f['seat'], a) for a in self.adds if a.f['delegation'] == who and a.before(rec)
                  and a is not rec]
        for code, add in given:
            if all(m.before(add) or (rec.before(m) if not in_past else not m.before(rec))
                   for m in self.removes if m.f['delegation'] == who and m is not rec):
                found[code] = every[code][0]
        return found

    def reason(self, rec):
        me, f, kind = rec.delegation.id, rec.f, rec.kind
        ident, charter, opening = (self.placed[i] for i in (f['identity'], rec.charter, rec.channel))
        plenary = rec.channel == rec.charter
        if ident.number >= self.frozen.get(me, ident.number + 1):
            return 'its identity is frozen'
        if kind not in POWER:
            return 'unknown kind'
        if POWER[kind] not in ident.state['keys'][rec.author][3]:
            return 'no power for it'
        every = {s.split()[0]: s.split()[1:3] for s in charter.f['seat']}
        if not plenary:
            seats = {c: r for i, c, r in map(str.split, opening.f['member']) if i == me}
        elif kind == 'joining':
            seats = {f['seat']: every.get(f['seat'], ['party'])[0]}
        else:
            seats = self.seats(me, rec) if kind != 'charter' else {'': 'party'}
        if not seats:
            return 'not a member there'
        if not any(kind in RIGHTS.get(role, OTHERS) for role in seats.values()):
            return 'not for this role'
        return self.wrong_target(rec) or self.wrong_rule(rec, seats, every, plenary)

    def wrong_target(self, rec):
        f, papers = rec.f, ('text', 'version', 'proposal')
        kinds = {'text': ('text',), 'base': papers, 'answers': ('proposal',), 'about': None,
                 'incorporates': ('proposal',), 'joining': ('joining',),
                 'target': ('proposal',) if rec.kind == 'withdrawal' else papers + ('membership',)}
        for key in (k for k in kinds if k in f and rec.kind != 'text'):
            for ident in [f[key]] if isinstance(f[key], str) else f[key]:
                goal = self.placed.get(ident)
                if ident == '-':
                    continue
                if not goal or not goal.before(rec) or goal.channel != rec.channel or goal.is_identity:
                    return f'{key} is not in its past and channel'
                if kinds[key] and goal.kind not in kinds[key] or key in (
                        'base', 'answers', 'incorporates') and goal.f.get('text', goal.id) != f['text']:
                    return f'{key} is not of the right kind or text'
                if rec.kind == 'withdrawal' and goal.delegation is not rec.delegation or (
                        key == 'joining' and (goal.delegation.id, goal.f['seat']) != (
                            f['delegation'], f['seat'])):
                    return f'{key} is not of that delegation'
        return None

    def wrong_rule(self, rec, seats, every, plenary):
        f, me, charter = rec.f, rec.delegation.id, self.placed[rec.charter]
        if rec.kind == 'version' and not set(seats) & set(charter.f['issuer']):
            return 'its author issues no versions'
        if rec.kind == 'joining' and (not plenary or every.get(f['seat'], [0, 0])[1] not in ('-', me)):
            return 'no such seat for it'
        if rec.kind == 'membership':
            given = every.get(f['seat'], [0, 0])[1]
            who = {a.f['delegation'] for a in self.adds} | {charter.delegation.id}
            filled = [d for d in who if f['seat'] in self.seats(d, rec, True)]
            if not plenary or charter.f['admission'] != 'convener' or rec.delegation is not charter.delegation:
                return 'not for its author to admit'
            if given not in ('-', f['delegation']) or (
                    filled if f['change'] == 'add' else f['delegation'] not in filled):
                return 'the seat does not allow it'
        return None

    def chains(self):
        rows = []
        for (author, channel), numbers in sorted(self.places.items()):
            if author not in self.placed:
                ids = {r.id: r for n in numbers.values() for r in n}
                named = [ids[i] for r in self.placed.values() for _, _, i in r.seen if i in ids]
                rows.append({'author': author, 'channel': channel,
                             'head': max(ids.values(), key=Record.shown).id,
                             'last_named_by_others': max(named, key=Record.shown).id if named else None})
        return rows


def main(args):
    stock, paths = '--no-stock' not in args, [a for a in args if not a.startswith('--')]
    try:
        audit = Audit(Files(paths[0]), stock)
        findings = audit.run()
    except (Unreadable, OSError, IndexError) as error:
        print(json.dumps({'paraph': 1, 'error': {'code': 'unreadable', 'message': str(error)}}))
        return 2
    bad = any(f['kind'] not in NOT_BAD for f in findings)
    if '--json' in args:
        print(json.dumps({'paraph': 1, 'verdict': 'bad' if bad else 'good',
                          'records': sum(n.endswith('') and bool(re.fullmatch(f'(records|identity)/{ID}', n))
                                         for n in audit.files.entries),
                          'signatures': audit.good, 'findings': findings, 'chains': audit.chains()}))
    else:
        for f in findings:
            print(f['kind'], f['record'], f['detail'])
        print('bad' if bad else 'good')
    return int(bad)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
