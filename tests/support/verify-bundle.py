#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge a Paraph bundle: the second implementation, written from docs/PROTOCOL.md alone.
verify-bundle.py BUNDLE.tar|DIRECTORY [--json] [--no-stock]     exit 0 good, 1 bad, 2 unreadable
Needs only Python's library; ssh-keygen, where it is there, gives each signature a second look."""
import base64
import datetime
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
from collections import defaultdict

class Malformed(Exception):
    """A header that is not in its one legal form."""

class Unreadable(Exception):
    """Not a bundle at all."""

def sha(data):
    return hashlib.sha256(data).hexdigest()

# Ed25519 (RFC 8032), strictly: S below L, canonical A and R of no small order, no cofactor.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Y8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022
U8 = 325606250916557431795983626356110631294008115727848805560023387167927233504
LOW_Y = {0, 1, P - 1, P, P + 1, Y8, P - Y8}
LOW_U = {0, 1, P - 1, U8, pow(U8, P - 2, P)}

def point(raw):
    y, sign = int.from_bytes(raw, 'little') % 2**255, raw[31] >> 7
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    x = x if (x * x - x2) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - x2) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P

def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P

def mul(n, p, m=0, q=(0, 1, 1, 0)):
    """The packed point n p + m q."""
    both, out = add(p, q), (0, 1, 1, 0)
    for i in range(max(n.bit_length(), m.bit_length()) - 1, -1, -1):
        out, which = add(out, out), (n >> i & 1) + 2 * (m >> i & 1)
        out = add(out, (None, p, q, both)[which]) if which else out
    z = pow(out[2], P - 2, P)
    return (out[1] * z % P | (out[0] * z % P & 1) << 255).to_bytes(32, 'little')

BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, 'little'))
GATE = {}

def gate(raw):
    """The key as a point, or None unless canonical and of the prime-order subgroup."""
    if raw not in GATE:
        p = point(raw)
        GATE[raw] = p if p and p[0] and mul(L, p) == mul(0, p) else None
    return GATE[raw]

def gate_x25519(raw):
    return int.from_bytes(raw, 'little') < P and int.from_bytes(raw, 'little') not in LOW_U

def ed25519(key, message, sig):
    a, s = gate(key), int.from_bytes(sig[32:], 'little')
    if not a or s >= L or int.from_bytes(sig[:32], 'little') % 2**255 in LOW_Y:
        return False
    h = int.from_bytes(hashlib.sha512(sig[:32] + key + message).digest(), 'little') % L
    return mul(s, BASE, L - h, a) == sig[:32]

def string(*parts):
    return b''.join(len(p).to_bytes(4, 'big') + p for p in parts)

def device_id(key):
    return sha(string(b'ssh-ed25519', key))

def armor(key, space, sig):
    data = b'SSHSIG\0\0\0\1' + string(string(b'ssh-ed25519', key), space.encode(), b'', b'sha256',
                                      string(b'ssh-ed25519', sig))
    text = re.sub('(.{1,70})', r'\1\n', base64.b64encode(data).decode())
    return f'-----BEGIN SSH SIGNATURE-----\n{text}-----END SSH SIGNATURE-----\n'.encode()

def signed(key, space, message, sig):
    digest = hashlib.sha256(message).digest()
    return ed25519(key, b'SSHSIG' + string(space.encode(), b'', b'sha256', digest), sig)

# Headers (sections 1 to 4): key, pattern, least and most lines; 0 means that "-" stands for none.
FORBIDDEN = re.compile('[\0-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064'
                       '\u2066-\u2069\ufeff\xad\u180e\u034f\ufe00-\ufe0f\ufdd0-\ufdef'
                       '\U000e0000-\U000e007f\U000e0100-\U000e01ef%s]' % ''.join(
                           chr(n << 16 | 0xfffe) + chr(n << 16 | 0xffff) for n in range(17)))
HEX, ID = '[0-9a-f]{64}', '(?!0{64})[0-9a-f]{64}'
DEC, CODE, MANY = '(?:0|[1-9][0-9]{0,15})', '[A-Z]{2,6}', 9999
SYMBOL = r'(?!.*//)(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]{0,63}(?<!/)'
LANGUAGE, TOKEN = '[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}', '[A-Za-z0-9][A-Za-z0-9._-]{0,63}'
ROLE = '(?:party|mediator|guarantor|observer|depositary)'
TIME, NAME, NUMBER = '(?P<t>[0-9TZ:-]{20})', '(?P<name>.+)', f'(?P<n>{DEC})'
HEAD, MAYBE = f'{ID} {NUMBER} {ID}', f'{ID}|-'
POWERS = '(?=.)' + ''.join(f'(?:(?:^|(?<=[a-z]) ){w})?' for w in
                           'read talk propose position initial sign attest manage'.split())

def table(text):
    """Rows of a kind's fields: "key pattern least most", the last two 1 unless told."""
    rows = [row.split(None, 1) for row in text.strip().split('\n')]
    for key, rest in rows:
        match = re.fullmatch(r'(.*?)(?: (\d+) (\d+))?', rest.strip())
        yield key, globals().get(match[1], match[1]), int(match[2] or 1), int(match[3] or 1)

FIELDS = {kind: list(table(text)) for kind, text in {
    'delegation': 'name NAME\ncode CODE\ncustodian HEX 1 16\nthreshold NUMBER\nnext ID',
    'powers': 'person NAME\nkey HEX\nsession HEX\nenvelope HEX\npowers POWERS\nproof [0-9a-f]{128}',
    'revocation': f'device ID\nreason lost|stolen|compromised|left|replaced\ncut ID 8 {MANY}',
    'charter': f'title NAME\nseat {CODE} {ROLE} (?:{MAYBE}) {NAME} 2 64\nrule unanimity|two-thirds\n'
               f'admission convener|parties\nlanguage LANGUAGE 1 16\nzone [A-Za-z0-9][A-Za-z0-9._/-]'
               '{0,63}\nissuer CODE 0 64\nadoption moves|stays\nsilence no|yes',
    'joining': 'seat CODE',
    'membership': 'change add|remove\nseat CODE\ndelegation ID\njoining MAYBE\nhistory full|from-here',
    'channel': f'name NAME\nmember {ID} {CODE} {ROLE} 1 64',
    'checkpoint': f'head HEAD 0 512\nidentity-head HEAD 0 64\nlacking ID 0 {MANY}',
    'statement': 'type statement|minutes|understanding\nabout MAYBE',
    'text': 'symbol SYMBOL\ntitle NAME\n'
            'standing basis|chairs-text|party-proposal|conference-room-paper',
    'version': f'symbol SYMBOL\ntext ID\nbase ID\nincorporates ID 0 {MANY}',
    'proposal': 'symbol SYMBOL\ntext ID\nbase ID\nanswers MAYBE\nclaim [0-9a-f]{16}:(?P<n>%s) 0 %d\n'
                'expires %s|-\npackage MAYBE' % (DEC, MANY, TIME),
    'position': 'target ID\nstance accept|reserve|object|abstain|no-instruction|revoke\n'
                f'provision NUMBER 0 {MANY}',
    'withdrawal': 'target ID'}.items()}
COMMON = list(table('kind [a-z][a-z-]{0,31}\nnegotiation MAYBE\nchannel MAYBE\nauthor MAYBE\n'
                    'identity MAYBE\nnumber NUMBER\nprevious MAYBE\nseen HEAD 0 512\nclock NUMBER\n'
                    'time TIME\nsalt [0-9a-f]{32}'))
BODIES = {'statement': (1, 8, 'text minutes annex'), 'position': (0, 1, 'note'),
          'withdrawal': (0, 1, 'note'), **dict.fromkeys(('text', 'version', 'proposal'), (1, 64, ''))}
BODY = (f'(?P<role>text|note|annex|evidence|minutes) (?P<file>{TOKEN}) (?P<lang>{LANGUAGE}|-) '
        f'(?:text/plain;charset=utf-8|(?=.{{1,64}} )[a-z0-9.+-]*/[a-z0-9.+-]*) {NUMBER} (?P<id>{ID})')

def check_value(match, key):
    """What a pattern alone cannot say: numbers, times and names."""
    if not match or int(match.groupdict().get('n') or 0) > 2**53 - 1:
        raise Malformed(f'value of {key}')
    time, name = match.groupdict().get('t'), match.groupdict().get('name')
    if time and not re.fullmatch(r'[0-9]{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\dZ', time):
        raise Malformed('time')
    try:
        datetime.datetime.fromisoformat((time or '2000-01-01T00:00:00Z')[:-1])
    except ValueError as error:
        raise Malformed('time') from error
    if name and (name == '-' or len(name.encode()) > 512 or name != name.strip(' ')
                 or '  ' in name or not unicodedata.is_normalized('NFC', name)):
        raise Malformed(f'name in {key}')

def take(lines, key, pattern, low, high):
    """The lines of one key, in order, off the front of the list."""
    found = []
    while lines and lines[0].startswith(key + ': '):
        found.append(lines.pop(0)[len(key) + 2:])
    if low == 0 and found == ['-']:
        return []
    if not max(low, 1) <= len(found) <= high or any(
            a.encode() >= b.encode() for a, b in zip(found, found[1:])):
        raise Malformed(f'{key}: missing, repeated, not sorted, too few or too many')
    for value in found:
        check_value(re.fullmatch(pattern, value), key)
    return found if high > 1 else found[0]

def take_unknown(lines):
    keys = []
    while lines and not lines[0].startswith('body: '):
        match = re.fullmatch('([a-z][a-z-]{0,31}): [^ ].*', lines.pop(0))
        if not match or match[1] == 'body' or match[1] in keys[:-1]:
            raise Malformed('field of an unknown kind')
        keys += [match[1]] if keys[-1:] != [match[1]] else []

def take_bodies(lines, kind):
    bodies = [re.fullmatch(BODY, text) for text in take(lines, 'body', BODY, 1, MANY)] if lines else []
    low, high, roles = BODIES.get(kind, (0, 0 if kind in FIELDS else MANY, ''))
    if lines or not low <= len(bodies) <= high or (
            len({m.group('role', 'file', 'lang') for m in bodies}) != len(bodies)) or (
            roles and any(m['role'] not in roles.split() for m in bodies)) or (
            high == 64 and all(m['role'] != 'text' for m in bodies)):
        raise Malformed('bodies')
    return bodies

def check_kind(f, kind):
    """The table of section 2, and what one field says of another."""
    number, clock, none = int(f['number']), int(f['clock']), not f['seen']
    blank = ''.join('-' if f[key] == '-' else 'i' for key in
                    ('negotiation', 'channel', 'author', 'identity', 'previous'))
    if kind == 'delegation':
        ok = blank == '-----' and number == 0 and clock == 1 and none and (
            1 <= int(f['threshold']) <= len(f['custodian']))
    elif kind in ('powers', 'revocation'):
        ok = (blank == '-ii-i' and f['channel'] == f['author'] and number > 0 and none
              and clock == number + 1 and len(f.get('cut', '')) % 8 == 0)
    elif kind in ('charter', 'channel'):
        ok = blank == ('--ii-' if kind == 'charter' else 'i-ii-') and number == 0 and none and (
            clock == 1 and len({s.split()[0] for s in f.get('seat', '')}) == len(f.get('seat', '')))
    else:
        ok = blank == 'iiii' + ('i' if number else '-') and (
            kind != 'membership' or (f['joining'] == '-') == (f['change'] == 'remove'))
    if not ok:
        raise Malformed('lines that do not fit this kind')

class Record:
    """One header, parsed; what judging adds to it stands here too."""
    def __init__(self, header):
        try:
            lines = header.decode().split('\n') if len(header) <= 131072 else []
        except UnicodeDecodeError as error:
            raise Malformed('not UTF-8') from error
        if lines[-2:] != ['', ''] or '' in lines[:-2] or lines[0] != 'paraph-record 1' or (
                FORBIDDEN.search(''.join(lines))):
            raise Malformed('first line, end or a forbidden character')
        lines = lines[1:-2]
        f = self.f = {spec[0]: take(lines, *spec) for spec in COMMON}
        kind = self.kind = f['kind']
        f.update({s[0]: take(lines, *s) for s in FIELDS.get(kind, ())} or take_unknown(lines) or {})
        self.bodies = take_bodies(lines, kind)
        check_kind(f, kind)
        self.header, self.id = header, sha(header)
        self.number, self.clock = int(f['number']), int(f['clock'])
        self.is_identity = kind in ('delegation', 'powers', 'revocation')
        self.author = self.id if kind == 'delegation' else f['author']
        self.channel = f['channel'] if f['channel'] != '-' else self.id
        self.charter = self.id if kind == 'charter' else f['negotiation']
        self.seen = [(a, int(n), i) for a, n, i in map(str.split, f['seen'])]
        self.delegation, self.past, self.bit, self.state, self.done = None, 0, 0, None, False

    def names(self):
        """(relation, id) of everything that this header relies on."""
        keys = ['previous', 'identity', 'negotiation'] + ['channel'] * (not self.is_identity)
        many = [(k, row.split()[2]) for k in ('seen', 'identity-head') for row in self.f.get(k, ())]
        return [(k, self.f[k]) for k in keys if self.f[k] != '-'] + many

    def before(self, other):
        return bool(other.past & self.bit)

    def shown(self):
        return self.clock, self.author, self.number, self.id

# The bundle as files: an archive or an unpacked folder.
ENTRY = re.compile(f'READ-ME-FIRST.txt|PROTOCOL.md|VERIFY.sh|SCOPE.txt|INDEX.txt|allowed_signers|'
                   f'lacking.txt|withheld.txt|SHA256SUMS|blobs/{ID}|records/{ID}(?:.sig)?|'
                   rf'identity/{ID}(?:\.[0-9a-f]{{16}}\.sig)?|texts/[A-Za-z0-9._-]+-[0-9a-f]{{16}}\.[^.]+\.txt')

class Files:
    def __init__(self, path):
        self.path, self.is_dir, self.at, self.sums = path, os.path.isdir(path), {}, {}
        try:
            found = list(self.walk() if self.is_dir else self.members())
        except (tarfile.TarError, UnicodeError, ValueError) as error:
            raise Unreadable('not an archive') from error
        for name, place, size, plain in found:
            bad = {'', '.', '..'} & set(name.split('/')) or not re.fullmatch('[A-Za-z0-9._/-]+', name)
            if not plain or bad or name in self.at or size < 0:
                raise Unreadable(f'entry {name!a}')
            self.at[name] = place, size

    def members(self):
        if os.path.getsize(self.path) > 4 << 30:
            raise Unreadable('over the limit')
        with tarfile.open(self.path, 'r:') as tar:
            for m in tar:
                whole = m.offset_data + m.size <= os.path.getsize(self.path) and not m.pax_headers
                yield m.name, m.offset_data, m.size, m.type in (b'0', b'\0') and whole

    def walk(self):
        for folder, folders, names in os.walk(self.path):
            for name in names + [n for n in folders if os.path.islink(os.path.join(folder, n))]:
                full = os.path.join(folder, name)
                plain = os.path.isfile(full) and not os.path.islink(full)
                yield os.path.relpath(full, self.path), 0, os.path.getsize(full) if plain else 0, plain

    def chunks(self, name):
        place, left = self.at[name]
        with open(os.path.join(self.path, name) if self.is_dir else self.path, 'rb') as file:
            file.seek(place)
            while left and (chunk := file.read(min(left, 1 << 20))):
                left -= len(chunk)
                yield chunk

    def read(self, name, most=64 << 20):
        return b''.join(self.chunks(name)) if self.at.get(name, (0, MANY << 40))[1] <= most else b''

    def lines(self, name):
        if name not in self.at:
            raise Unreadable(f'{name} is missing')
        return self.read(name).decode('utf-8', 'replace').split('\n')[:-1]

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
OTHERS = {'charter', 'joining', 'channel', 'statement', 'checkpoint'}
RIGHTS = {'party': set(POWER), 'mediator': set(POWER) - {'position'}}
PAST = ('previous', 'seen', 'identity', 'identity-head')
PAPERS, NOT_BAD = ('text', 'version', 'proposal'), 'settled without-effect disowned late withheld'.split()

class Audit:
    def __init__(self, files, stock):
        self.files, self.stock = files, stock and shutil.which('ssh-keygen')
        self.found, self.held, self.broken, self.altered, self.aside = {}, {}, {}, set(), []
        self.placed, self.good, self.void, self.standing = {}, 0, {}, set()

    def find(self, kind, ident, detail, rec=None):
        where = dict(zip(('channel', 'by', 'number'), (rec.channel, rec.author, rec.number) if rec else (
            None, None, None)))
        self.found.setdefault((kind, ident), {'kind': kind, 'record': ident, **where, 'detail': detail})

    def run(self):
        self.check_files()
        self.read_scope()
        self.reach()
        for ident in sorted(self.held, key=lambda i: self.held[i].shown()):
            self.place(ident)
        self.shown = sorted((r for r in self.placed.values() if not r.is_identity), key=Record.shown)
        self.check_derived()
        self.check_blobs()
        self.judge_standing()
        self.judge_effect()
        return [self.found[key] for key in sorted(self.found)]

    def check_files(self):
        rows = [re.fullmatch(f'({HEX})  (.+)', line) for line in self.files.lines('SHA256SUMS')]
        told = {match[2]: match[1] for match in rows if match}
        if len(told) != len(rows):
            raise Unreadable('SHA256SUMS')
        for name in set(told) | set(self.files.at) - {'SHA256SUMS'}:
            match = re.fullmatch(f'(?:records|identity|blobs)/({HEX})(.*)', name)
            ident, real = match[1] if match else '-', name in self.files.at and self.files.sum(name)
            if real and match and not match[2] and real != ident:
                self.altered.add(ident)
            if ident in self.altered or real != told.get(name) or not ENTRY.fullmatch(name):
                self.find('altered', ident, f'{name}: not as its name, SHA256SUMS or section 14 says')

    def read_scope(self):
        lines = self.files.lines('SCOPE.txt')
        rows = [re.fullmatch(f'channel: ({ID}) ({ID})', line) for line in lines[2:]]
        if not rows or None in rows or lines[0] != 'paraph-bundle 1' or lines[2:] != sorted(
                set(lines[2:])) or not re.fullmatch(f'negotiation: {ID}', lines[1]):
            raise Unreadable('SCOPE.txt')
        self.charter, self.scope = lines[1][13:], [match.groups() for match in rows]
        for name in self.files.at:
            folder, _, ident = name.partition('/')
            if folder in ('records', 'identity') and len(ident) == 64 and ident not in self.altered:
                try:
                    self.held[ident] = rec = Record(self.files.read(name, 131072))
                    if rec.is_identity != (folder == 'identity'):
                        raise Malformed('in the wrong folder')
                except Malformed as error:
                    self.broken[ident] = str(error)
                    self.held.pop(ident, None)

    def reach(self):
        """In scope: the past of each R, the charter; where anything of that is not there to be read,
        every held record of the channels in scope and all identity records."""
        todo = [(r, None, 'scope') for c, r in self.scope
                if r not in self.held or (self.held[r].channel, self.held[r].charter) == (c, self.charter)]
        less, done, missing, self.whole = len(todo) < len(self.scope), set(), {}, True
        todo.append((self.charter, None, 'scope'))
        while todo:
            ident, namer, why = todo.pop()
            rec = self.held.get(ident)
            if not rec and ident not in self.broken and missing.get(ident, ' ')[0] != 'previous':
                missing[ident] = why, namer
            if ident not in done and rec and rec.charter in (self.charter, '-'):
                todo += [(named, rec, how) for how, named in rec.names()]
            done.add(ident)
            if not todo and self.whole and (less or missing or done & set(self.broken)):
                self.whole = False
                todo += [(r.id, None, 'scope') for r in self.held.values()
                         if r.is_identity or r.channel in dict(self.scope)]
        for ident in [*self.held, *self.broken]:
            if ident in self.broken and (ident in done or not self.whole):
                self.find('malformed', ident, self.broken[ident])
            elif ident not in done or self.held[ident].charter not in (self.charter, '-'):
                rec = self.held.pop(ident, None)
                self.aside += [rec] if rec else []
                self.find('replay', ident, 'of another negotiation or scope', rec)
        for ident in set(missing) - self.altered:
            why, namer = missing[ident]
            self.find('gap' if why == 'previous' else 'truncated', ident, f'named as {why}', namer)

    # Placing (7.1).
    def place(self, ident):
        stack = [ident]
        while stack:
            rec = self.held.get(stack[-1])
            todo = [i for _, i in rec.names() if i in self.held and not self.held[i].done] if rec else []
            stack += todo
            if not todo and stack and (rec := self.held.get(stack.pop())) and not rec.done:
                rec.done = True
                wrong = self.place_identity(rec) if rec.is_identity else self.place_record(rec)
                if isinstance(wrong, tuple):
                    self.find(wrong[0], rec.id, wrong[1], rec)
                elif wrong != 'waiting':
                    rec.past = rec.bit = 1 << len(self.placed)
                    self.placed[rec.id] = rec
                    for how, named in rec.names():
                        rec.past |= self.placed[named].past if how in PAST else 0

    def verify(self, rec, name, key, space):
        data, raw = self.files.read(name, 2048), b''
        try:
            raw = base64.b64decode(b''.join(data.split(b'\n')[1:-2]))[-64:]
        except ValueError:
            pass
        ok = len(raw) == 64 and data == armor(key, space, raw) and signed(key, space, rec.header, raw)
        if ok and self.stock:
            with tempfile.TemporaryDirectory() as place:
                line = b'x ssh-ed25519 ' + base64.b64encode(string(b'ssh-ed25519', key)) + b'\n'
                for file, text in (('allowed', line), ('sig', data)):
                    with open(os.path.join(place, file), 'wb') as out:
                        out.write(text)
                command = f'{self.stock} -Y verify -f allowed -I x -s sig -n {space}'.split()
                ok = not subprocess.run(command, cwd=place, input=rec.header, capture_output=True,
                                        check=False).returncode
        self.good += ok
        return ok

    def place_identity(self, rec):
        f, before = rec.f, self.placed.get(rec.f['previous'], rec)
        if before is rec and rec.kind != 'delegation':
            return 'waiting'
        rec.delegation, enough = before.delegation or rec, 0
        rec.state = {part: dict(before.state[part]) if before.state else {} for part in ('keys', 'gone')}
        keys = [bytes.fromhex(k) for k in rec.delegation.f.get('custodian', ())]
        if not before.is_identity or rec.kind == 'delegation' and None in map(gate, keys):
            return 'malformed', 'previous, or a custodian key that fails the gate'
        if rec.kind == 'powers' and not self.add_device(rec.state, rec.author, f):
            return 'malformed', 'a key, the proof, or a device known otherwise or revoked'
        names = {f'identity/{rec.id}.{device_id(k)[:16]}.sig': k for k in keys}
        for name in (n for n in self.files.at if n.startswith(f'identity/{rec.id}.')):
            if name in names and self.verify(rec, name, names[name], 'identity@paraph'):
                enough += 1
            else:
                self.find('bad-signature', rec.id, name, rec)
        if enough < int(rec.delegation.f['threshold']):
            return 'bad-signature', 'too few custodians signed'
        if before is not rec and (rec.number, rec.author) != (before.number + 1, before.author):
            return 'malformed', 'place in the chain'
        if rec.kind == 'revocation':
            rec.state['gone'].setdefault(f['device'], rec)
        return None

    def add_device(self, state, delegation, f):
        rows = ''.join(f'{key}: {f[key]}\n' for key in ('key', 'session', 'envelope'))
        key, session, envelope = (bytes.fromhex(f[n]) for n in ('key', 'session', 'envelope'))
        device, text = device_id(key), f'paraph-device 1\ndelegation: {delegation}\n{rows}'.encode()
        old = state['keys'].get(device, (key, session, envelope))
        state['keys'][device] = key, session, envelope, f['powers'].split()
        return gate(key) and gate_x25519(session) and gate_x25519(envelope) and device not in state['gone'] and (
            old[1:3] == (session, envelope)) and signed(key, 'device@paraph', text, bytes.fromhex(f['proof']))

    def place_record(self, rec):
        ident = self.placed.get(rec.f['identity'])
        if not ident or not ident.is_identity:
            return ('malformed', 'identity is no identity record') if ident else 'waiting'
        rec.delegation = ident.delegation
        if rec.author not in ident.state['keys'] or rec.author in ident.state['gone']:
            known = rec.author in ident.state['keys']
            return 'not-empowered' if known else 'unknown-key', 'no powers there'
        space = 'charter@paraph' if rec.kind == 'charter' else f'record.{rec.charter[:32]}@paraph'
        if not self.verify(rec, f'records/{rec.id}.sig', ident.state['keys'][rec.author][0], space):
            return 'bad-signature', 'no good signature in the one legal form'
        if any(named not in self.placed for _, named in rec.names()):
            return 'waiting'
        if not all(self.placed[i].is_identity for how, i in rec.names() if how == 'identity-head'):
            return 'malformed', 'an identity head is no identity record'
        return ('malformed', 'its place, a seen line or its clock') if self.misplaced(rec, ident) else None

    def misplaced(self, rec, ident):
        before, named, chains = self.placed.get(rec.f['previous']), [], defaultdict(list)
        opening, charter = self.placed.get(rec.channel, rec), self.placed.get(rec.charter, rec)
        for author, number, ident_seen in rec.seen:
            other = self.placed[ident_seen]
            named.append(other)
            if (author, number, rec.channel) != (other.author, other.number, other.channel) or (
                    author == rec.author or before and other.before(before)) or any(
                        other.before(r) or r.before(other) for r in chains[author][:1]) or chains[author][1:]:
                return True
            chains[author].append(other)
        return charter.kind != 'charter' or opening.kind not in ('charter', 'channel') or (
            opening.charter != charter.id) or rec.clock != 1 + max(
                [r.clock for r in named + [before] if r], default=0) or (
            rec.id != rec.channel and not before and not any(opening.before(r) for r in named)) or before and (
                (before.author, before.channel, before.number + 1) != (rec.author, rec.channel, rec.number)
                or not self.placed[before.f['identity']].before(ident))

    # Files that say again what the records say; blobs.
    def check_derived(self):
        want = [f"{r.f['time']} {r.kind} {r.f.get('symbol', '-')} {r.id}" for r in self.shown]
        rows = [line.split(' ') for line in self.files.lines('INDEX.txt')]
        if want != [' '.join(p[1:2] + p[3:]) for p in rows if p[-1] in self.placed]:
            self.find('altered', '-', 'INDEX.txt does not say what the records say')
        for part in (line.split(' ') for line in self.files.lines('allowed_signers')):
            try:
                if sha(base64.b64decode(part[3], validate=True)) != part[0] or len(part) != 4:
                    raise ValueError
            except (ValueError, IndexError):
                self.find('altered', '-', 'allowed_signers: a name is not that of its key')
        unknown = {i[:16] for i in [*self.altered, *self.broken, *self.held, *(r.id for r in self.aside)]
                   if i not in self.placed}
        texts = {n: None for n in self.files.at if n.startswith('texts/') and n.split('.')[-3][-16:]
                 not in unknown} if all(map(ENTRY.fullmatch, self.files.at)) else {}
        for rec in (r for r in self.shown if 'symbol' in r.f):
            for body in (b for b in rec.bodies if b['role'] == 'text' and b['file'] == 'main'):
                language = 'und' if body['lang'] == '-' else body['lang']
                name = f"texts/{rec.f['symbol'].replace('/', '_')}-{rec.id[:16]}.{language}.txt"
                texts[name] = f"blobs/{body['id']}"
        for name, blob in texts.items():
            content = self.files.read(blob)[79:] if blob in self.files.at else None
            text = self.files.read(name) if name in self.files.at else None
            if content != text and (blob or '')[6:] not in self.altered:
                self.find('altered', '-', f'{name} is not the content of its blob')

    def check_blobs(self):
        withheld, used = set(self.files.lines('withheld.txt')), {b['id'] for r in self.aside for b in r.bodies}
        for rec in sorted(self.held.values(), key=Record.shown):
            for ident, size in ((b['id'], int(b['n'])) for b in rec.bodies):
                used.add(ident)
                if ident in withheld or 'blobs/' + ident not in self.files.at:
                    self.find('withheld' if ident in withheld else 'lacking', ident, f'body of {rec.id}', rec)
                elif ident not in self.altered and (self.files.at['blobs/' + ident][1] != size or not re.match(
                        f'paraph-body 1 {HEX}\n'.encode(), next(self.files.chunks('blobs/' + ident), b''))):
                    self.find('malformed', ident, f'body of {rec.id}', rec)
        for ident in {n[6:] for n in self.files.at if n.startswith('blobs/')} - used - self.altered:
            if self.whole:
                self.find('replay', ident, 'a blob that no record here names')

    # Standing (7.2).
    def judge_standing(self):
        self.places, self.forks, self.gone, kept = defaultdict(lambda: defaultdict(list)), {}, {}, set()
        for rec in self.placed.values():
            self.places[rec.author, rec.channel][rec.number].append(rec)
        for chain, numbers in self.places.items():
            for number in sorted(n for n in numbers if len(numbers[n]) > 1)[:1]:
                self.forks[chain] = number, sorted(numbers[number], key=lambda r: r.id)
        self.frozen = {c[0]: n for c, (n, _) in self.forks.items() if c[0] == c[1]}
        for rec in sorted(self.placed.values(), key=Record.shown):
            if rec.kind == 'revocation' and rec.number < self.frozen.get(rec.author, rec.number + 1):
                self.gone.setdefault((rec.author, rec.f['device']), rec)
        for rec in self.shown:
            cut = self.gone.get((rec.delegation.id, rec.author))
            line = sha(f'cut\n{rec.channel}\n{rec.number}\n{rec.id}\n'.encode())
            while rec and rec.id not in kept and (not cut or line in cut.f['cut']):
                kept.add(rec.id)
                rec = self.placed.get(rec.f['previous'])
        for rec in self.shown:
            cut, fork = self.gone.get((rec.delegation.id, rec.author)), self.forks.get((rec.author, rec.channel))
            others = [q for q in self.shown if q.delegation is not rec.delegation and rec.before(q)]
            if rec.id not in kept or not cut and fork and rec.number >= fork[0]:
                self.void[rec.id] = cut, fork
                if others:
                    self.find('disowned', rec.id, 'cut or void, but in the past of others', rec)
            if rec.id not in self.void or others and (rec.id == rec.channel or rec.kind in (
                    'membership', 'version') and any(self.contests(q, rec, cut, fork) for q in others)):
                self.standing.add(rec.id)
        for (author, channel), (number, recs) in self.forks.items():
            settled = author != channel and (recs[0].delegation.id, author) in self.gone
            self.find('settled' if settled else 'fork', recs[0].id, f'and {recs[1].id} at {number}', recs[0])
        for rec in self.placed.values():
            past = [self.placed[i].f['time'] for how, i in rec.names() if how in ('previous', 'seen')]
            mine, last = (datetime.datetime.fromisoformat(t[:-1]) for t in (rec.f['time'], max(past, default='0001-01-01T00:00:00Z')))
            if (last - mine).total_seconds() > 600:
                self.find('late', rec.id, f'earlier than {last}', rec)

    def contests(self, q, rec, cut, fork):
        return not (cut and cut.before(q)) and not (fork and sum(r.before(q) for r in fork[1]) > 1) and not any(
            c[1] == rec.channel and recs[0].delegation is q.delegation for c, (_, recs) in self.forks.items())

    # Effect (7.3, 7.4): memberships first, in shown order, for all else hangs on them.
    def judge_effect(self):
        self.adds, self.removes = [], []
        for rec in sorted(self.shown, key=lambda r: r.kind != 'membership'):
            why = self.reason(rec) if rec.id in self.standing else None
            if why:
                self.find('without-effect', rec.id, why, rec)
            elif rec.kind == 'membership' and rec.id in self.standing:
                (self.adds if rec.f['change'] == 'add' else self.removes).append(rec)

    def seats(self, who, rec, every, in_past=False):
        """The plenary seats that a delegation has where a record stands."""
        charter = self.placed[rec.charter]
        given = [(c, charter) for c, (_, i) in every.items() if i == who == charter.delegation.id]
        given += [(a.f['seat'], a) for a in self.adds if a.f['delegation'] == who and a.before(rec)]
        return {code: every[code][0] for code, a in given if all(
            m.before(a) or (not m.before(rec) if in_past else rec.before(m))
            for m in self.removes if m.f['delegation'] == who)}

    def reason(self, rec):
        """Why a record has no effect, or None."""
        me, f, kind, charter = rec.delegation.id, rec.f, rec.kind, self.placed[rec.charter]
        ident, plenary = self.placed[f['identity']], rec.channel == rec.charter
        every = {s.split()[0]: s.split()[1:3] for s in charter.f['seat']}
        if ident.number >= self.frozen.get(me, ident.number + 1) or kind not in POWER or (
                POWER[kind] not in ident.state['keys'][rec.author][3]):
            return 'frozen identity, unknown kind or no power for it'
        seats = {'': 'party'} if kind == 'charter' else self.seats(me, rec, every)
        if kind == 'joining':
            seats = {f['seat']: every.get(f['seat'], ['party'])[0]}
        if not plenary:
            seats = {c: r for i, c, r in map(str.split, self.placed[rec.channel].f['member']) if i == me}
        if not any(kind in RIGHTS.get(role, OTHERS) for role in seats.values()):
            return 'not a member there, or not for its role'
        return self.wrong_target(rec) or self.wrong_rule(rec, seats, every, plenary)

    def wrong_target(self, rec):
        f = rec.f
        kinds = {'text': ('text',), 'base': PAPERS, 'answers': ('proposal',), 'incorporates': ('proposal',),
                 'joining': ('joining',), 'about': (),
                 'target': ('proposal',) if rec.kind == 'withdrawal' else PAPERS + ('membership',)}
        for key, ident in ((k, i) for k in kinds if k in f for i in (f[k] if k == 'incorporates' else [f[k]])):
            goal = self.placed.get(ident)
            if ident != '-' and (
                    not goal or not goal.before(rec) or goal.channel != rec.channel
                    or kinds[key] and goal.kind not in kinds[key]
                    or key in ('base', 'answers', 'incorporates') and goal.f.get('text', goal.id) != f['text']
                    or rec.kind == 'withdrawal' and goal.delegation is not rec.delegation
                    or key == 'joining' and (goal.delegation.id, goal.f['seat']) != (f['delegation'], f['seat'])):
                return f'{key} is not what it should be'
        return None

    def wrong_rule(self, rec, seats, every, plenary):
        f, me, charter = rec.f, rec.delegation.id, self.placed[rec.charter]
        given = every.get(f.get('seat'), [0, 0])[1] if rec.kind in ('joining', 'membership') else '-'
        ok = rec.kind != 'version' or set(seats) & set(charter.f['issuer'])
        if rec.kind == 'joining':
            ok = plenary and given in ('-', me)
        if rec.kind == 'membership':
            who = {a.f['delegation'] for a in self.adds} | {charter.delegation.id}
            filled = [d for d in who if f['seat'] in self.seats(d, rec, every, True)]
            ok = plenary and charter.f['admission'] == 'convener' and rec.delegation is charter.delegation and (
                given in ('-', f['delegation']) and (not filled if f['change'] == 'add' else f['delegation'] in filled))
        return None if ok else 'against the rule of its kind'

    def chains(self):
        for (author, channel), numbers in sorted(self.places.items()):
            ids = {r.id: r for n in numbers.values() for r in n}
            named = [ids[i] for r in self.placed.values() for _, _, i in r.seen if i in ids]
            if author != channel:
                yield {'author': author, 'channel': channel, 'head': max(ids.values(), key=Record.shown).id,
                       'last_named_by_others': max(named, key=Record.shown).id if named else None}

def main(args):
    try:
        audit = Audit(Files([a for a in args if a[:2] != '--'][0]), '--no-stock' not in args)
        findings = audit.run()
    except (Unreadable, OSError, IndexError) as error:
        print(json.dumps({'paraph': 1, 'error': {'code': 'unreadable', 'message': str(error)}}))
        return 2
    verdict = 'bad' if any(f['kind'] not in NOT_BAD for f in findings) else 'good'
    records = sum(bool(re.fullmatch(f'(records|identity)/{ID}', name)) for name in audit.files.at)
    if '--json' in args:
        print(json.dumps({'paraph': 1, 'verdict': verdict, 'records': records, 'signatures': audit.good,
                          'findings': findings, 'chains': list(audit.chains())}))
    else:
        print(*(f"{f['kind']} {f['record']} {f['detail']}" for f in findings), verdict, sep='\n')
    return int(verdict == 'bad')

if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
