#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge a Paraph bundle: the second implementation, written from docs/PROTOCOL.md alone.
verify-bundle.py BUNDLE.tar      prints what section 14 says; exit 0 good, 1 bad, 2 unreadable"""
import base64
import datetime
import graphlib
import hashlib
import json
import mmap
import re
import sys
import tarfile
import unicodedata

sys.dont_write_bytecode = True
from ed25519_ref import armor, gate, gate_x25519, key_id, signed  # noqa: E402

def sha(data):
    return hashlib.sha256(data).hexdigest()

# Headers (sections 1 to 4): one pattern for the whole header of a kind.
FORBIDDEN = re.compile('[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e'
                       '\u2060-\u2064\u2066-\u2069\ufeff\xad\u180e\u034f\ufe00-\ufe0f\ufdd0-\ufdef'
                       '\U000e0000-\U000e007f\U000e0100-\U000e01ef%s]' % ''.join(
                           chr(n << 16 | 0xfffe) + chr(n << 16 | 0xffff) for n in range(17)))
HEX, ID, CODE = '[0-9a-f]{64}', '(?!0{64})[0-9a-f]{64}', '[A-Z]{2,6}'
MOST = str(2**53 - 1)
NUMBER = f'(?:0|[1-9][0-9]{{0,14}}|{MOST}|' + '|'.join(
    f'{MOST[:i]}[{int(i == 0)}-{int(d) - 1}][0-9]{{{15 - i}}}' for i, d in enumerate(MOST)
    if d > '0') + ')'
NAME = r'(?!-\n)[^ \n]+(?: [^ \n]+)*'
ROLE = '(?:party|mediator|guarantor|observer|depositary)'
LANGUAGE, TOKEN = '[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}', '[A-Za-z0-9][A-Za-z0-9._-]{0,63}'
TIME = '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9]Z'
MEDIA = '(?:text/plain;charset=utf-8|(?=[^ ]{1,64} )[a-z0-9.+-]*/[a-z0-9.+-]*)'
PATTERNS = {
    'HEX': HEX, 'ID': ID, 'MAYBE': f'{ID}|-', 'CODE': CODE, 'NUMBER': NUMBER, 'NAME': NAME,
    'TIME': TIME, 'EXPIRES': f'{TIME}|-', 'HEAD': f'{ID} {NUMBER} {ID}', 'LANGUAGE': LANGUAGE,
    'SYMBOL': r'(?!.*//)(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]{0,63}(?<!/)',
    'ZONE': '[A-Za-z0-9][A-Za-z0-9._/-]{0,63}', 'CLAIM': f'[0-9a-f]{{16}}:{NUMBER}',
    'SEAT': f'{CODE} {ROLE} (?:{ID}|-) {NAME}', 'MEMBER': f'{ID} {CODE} {ROLE}',
    'POWERS': '(?=[a-z])' + ''.join(f'(?:(?:(?<=: )|(?<=[a-z]) ){word})?' for word in (
        'read', 'talk', 'propose', 'position', 'initial', 'sign', 'attest', 'manage'))}
# Rows are: key, pattern, and where lines repeat the least and the most; least 0: "-" says none.
PLACE_KEYS = 'negotiation channel author identity number previous seen clock'.split()
PLACES = {'delegation': '- - - - 0 - - 1', 'powers': '- ID ID - NUMBER ID - NUMBER',
          'revocation': '- ID ID - NUMBER ID - NUMBER', 'charter': '- - ID ID 0 - - 1',
          'channel': 'ID - ID ID 0 - - 1', '': 'ID ID ID ID NUMBER MAYBE SEEN NUMBER'}
FIELDS = dict(line.split(': ') for line in """
delegation: name NAME, code CODE, custodian HEX 1 16, threshold NUMBER, next ID
powers: person NAME, key HEX, session HEX, envelope HEX, powers POWERS, proof [0-9a-f]{128}
revocation: device ID, reason lost|stolen|compromised|left|replaced, cut ID 8 9999
charter: title NAME, seat SEAT 2 64, rule unanimity|two-thirds, admission convener|parties, \
language LANGUAGE 1 16, zone ZONE, issuer CODE 0 64, adoption moves|stays, silence no|yes
joining: seat CODE
membership: change add|remove, seat CODE, delegation ID, joining MAYBE, history full|from-here
channel: name NAME, member MEMBER 1 64
checkpoint: head HEAD 0 512, identity-head HEAD 0 64, lacking ID 0 9999
statement: type statement|minutes|understanding, about MAYBE
text: symbol SYMBOL, title NAME, standing basis|chairs-text|party-proposal|conference-room-paper
version: symbol SYMBOL, text ID, base ID, incorporates ID 0 9999
proposal: symbol SYMBOL, text ID, base ID, answers MAYBE, claim CLAIM 0 9999, expires EXPIRES, \
package MAYBE
position: target ID, stance accept|reserve|object|abstain|no-instruction|revoke, \
provision NUMBER 0 9999
withdrawal: target ID
""".strip().split('\n'))
ANY_ROLE, PAPERS = 'text|note|annex|evidence|minutes', ('text', 'version', 'proposal')
# Of each kind: the most bodies, their roles.
BODIES = {'statement': (8, 'text|minutes|annex'), 'position': (1, 'note'),
          'withdrawal': (1, 'note'), **dict.fromkeys(PAPERS, (64, ANY_ROLE))}

def pattern_of(row):
    key, pattern, *bounds = row.replace('SEEN', 'HEAD 0 512').split()
    low, high = map(int, bounds or (1, 1))
    lines = f'(?:{key}: (?:{PATTERNS.get(pattern, pattern)})\n){{{max(low, 1)},{high}}}'
    return lines if low else f'(?:{lines}|{key}: -\n)'

def grammar(kind):
    place = PLACES.get(kind, PLACES[''])
    rows = ['kind ' + (kind or '[a-z][a-z-]{0,31}'), *map(' '.join, zip(PLACE_KEYS, place.split())),
            'time TIME', 'salt [0-9a-f]{32}', *filter(None, FIELDS.get(kind, '').split(', '))]
    most, roles = BODIES.get(kind, (0 if kind else '', ANY_ROLE))
    body = f'body: (?:{roles}) {TOKEN} (?:{LANGUAGE}|-) {MEDIA} {NUMBER} {ID}\n'
    any_lines = '' if kind else r'(?:(?!body:)[a-z][a-z-]{0,31}: [^ \n].*\n)*'
    return re.compile('paraph-record 1\n' + ''.join(map(pattern_of, rows)) + any_lines
                      + f'(?:{body}){{0,{most}}}\n')

GRAMMAR = {kind: grammar(kind) for kind in ('', *FIELDS)}

def seconds(time):
    return (datetime.datetime.fromisoformat(time[:-1]) - datetime.datetime.min).total_seconds()

class Record:
    """One header, parsed; what judging adds to it stands here too. ValueError: malformed."""

    def __init__(self, header):
        text = header.decode()
        self.kind = kind = text.partition('\nkind: ')[2].partition('\n')[0]
        if len(header) > 131072 or FORBIDDEN.search(text) or not GRAMMAR.get(
                kind, GRAMMAR['']).fullmatch(text):
            raise ValueError('not the one legal form of a header')
        rows = [line.split(': ', 1) for line in text.split('\n')[1:-2]]
        if kind not in FIELDS:
            rows = self.drop_unknown(rows)
        lists = ['seen', 'body'] + [row.split()[0] for row in FIELDS.get(kind, '').split(', ')
                                    if row[-1:].isdigit()]
        self.f = f = {key: [] for key in lists}
        for key, value in rows:
            f[key] = f[key] + [value] * (value != '-') if key in lists else value
        if any(a.encode() >= b.encode() for key in lists for a, b in zip(f[key], f[key][1:])):
            raise ValueError('lines of one key are not sorted, or repeated')
        self.header, self.id = header, sha(header)
        self.number, self.clock = int(f['number']), int(f['clock'])
        self.is_identity = kind in ('delegation', 'powers', 'revocation')
        self.author = self.id if kind == 'delegation' else f['author']
        self.channel = f['channel'] if f['channel'] != '-' else self.id
        self.charter = self.id if kind == 'charter' else f['negotiation']
        self.bodies = [body.split(' ') for body in f['body']]
        self.seen, self.heads = ([(a, int(n), i) for a, n, i in map(str.split, f.get(key, ()))]
                                 for key in ('seen', 'identity-head'))
        if not self.is_sound(kind, f):
            raise ValueError('lines that do not fit this kind')
        # Its delegation's founding record; sets of records as bits; of an identity record also
        # device -> (key, session, envelope, powers) and device -> revocation.
        self.delegation, self.past, self.bit, self.keys, self.revoked = None, 0, 0, {}, {}

    def drop_unknown(self, rows):
        """The rows without the fields of an unknown kind, whose equal keys stand together."""
        keys = [key for key, _ in rows]
        start, end = keys.index('salt') + 1, len(keys) - keys.count('body')
        groups = [keys[i] for i in range(start, end) if i == start or keys[i] != keys[i - 1]]
        if len(set(groups)) < len(groups):
            raise ValueError('lines of one key do not stand together')
        return rows[:start] + rows[end:]

    def is_sound(self, kind, f):
        """What one line says of another, and what a pattern cannot say."""
        seats = [seat.split(' ', 3) for seat in f['seat']] if kind == 'charter' else []
        names = [f[key] for key in ('name', 'person', 'title') if key in f] + [s[3] for s in seats]
        roles = [body[0] for body in self.bodies]
        for time in {f['time'], f.get('expires', '-')} - {'-'}:
            seconds(time)
        return (all(len(name.encode()) <= 512 and unicodedata.is_normalized('NFC', name)
                    for name in names)
                and len({s[0] for s in seats}) == len(seats) and len(f.get('cut', ())) % 8 == 0
                and len({tuple(body[:3]) for body in self.bodies}) == len(roles)
                and (kind not in PAPERS or 'text' in roles) and (kind != 'statement' or roles)
                and (f['previous'] == '-') == (self.number == 0)
                and (not self.is_identity or self.clock == self.number + 1)
                and (kind not in ('powers', 'revocation') or self.author == self.channel)
                and (kind != 'delegation' or 1 <= int(f['threshold']) <= len(f['custodian']))
                and (kind != 'membership' or (f['joining'] == '-') == (f['change'] == 'remove')))

    def names(self):
        """(how, id) of everything that this header relies on."""
        keys = ['previous', 'identity', 'negotiation'] + ['channel'] * (not self.is_identity)
        return [(key, self.f[key]) for key in keys if self.f[key] != '-'] + [
            ('seen', i) for _, _, i in self.seen] + [('head', i) for _, _, i in self.heads]

    def before(self, other):
        return bool(other.past & self.bit)

    def shown(self):
        return self.clock, self.author, self.number, self.id

# The archive (section 14).
ENTRY = re.compile(f'READ-ME-FIRST.txt|PROTOCOL.md|VERIFY.sh|SCOPE.txt|INDEX.txt|allowed_signers|'
                   f'lacking.txt|withheld.txt|SHA256SUMS|blobs/{ID}|records/{ID}(?:[.]sig)?|'
                   f'identity/{ID}(?:[.][0-9a-f]{{16}}[.]sig)?|'
                   'texts/[A-Za-z0-9._-]+-([0-9a-f]{16})[.][^.]+[.]txt')

def read_archive(path):
    """name -> a view of the bytes, for every entry."""
    with open(path, 'rb') as file:
        view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    if len(view) > 4 << 30:
        raise ValueError('over the limit')
    entries = {}
    with tarfile.open(path, 'r:') as tar:
        for m in tar:
            if m.name in entries or not re.fullmatch('[A-Za-z0-9._/-]+', m.name) or (
                    {'', '.', '..'} & set(m.name.split('/')) or m.type not in (b'0', b'\0')
                    or m.pax_headers or m.size < 0 or m.offset_data + m.size > len(view)):
                raise ValueError(f'entry {m.name!a}')
            entries[m.name] = view[m.offset_data:m.offset_data + m.size]
    return entries

POWER = {'charter': 'manage', 'joining': 'manage', 'channel': 'manage', 'membership': 'manage',
         'text': 'propose', 'version': 'propose', 'proposal': 'propose', 'withdrawal': 'propose',
         'position': 'position', 'statement': 'talk', 'checkpoint': 'read'}
OTHERS = {'charter', 'joining', 'channel', 'statement', 'checkpoint'}
RIGHTS = {'party': set(POWER), 'mediator': set(POWER) - {'position'}}
TARGETS = {'text': ('text',), 'base': PAPERS, 'answers': ('proposal',), 'joining': ('joining',),
           'incorporates': ('proposal',), 'about': (), 'target': PAPERS + ('membership',)}
NOT_BAD = 'settled', 'without-effect', 'disowned', 'late', 'withheld'

class Audit:
    def __init__(self, files):
        self.files, self.found = files, {}
        self.held, self.broken, self.altered, self.aside = {}, {}, set(), {}
        self.placed, self.standing, self.whole = {}, set(), True
        if {'SHA256SUMS', 'SCOPE.txt', 'INDEX.txt', 'allowed_signers', 'withheld.txt'} - set(files):
            raise ValueError('not a whole bundle')
        self.check_files()
        self.read_scope()
        self.reach()
        names = {r.id: [i for _, i in r.names()] for r in self.held.values()}
        for ident in graphlib.TopologicalSorter(names).static_order():
            if ident in self.held:
                self.place(self.held[ident])
        self.shown = [rec for rec in sorted(self.placed.values(), key=Record.shown)
                      if not rec.is_identity]
        self.check_derived()
        self.check_blobs()
        self.find_forks()
        self.judge_standing()
        self.judge_effect()

    def find(self, kind, ident, detail):
        self.found.setdefault((kind, ident), {'kind': kind, 'record': ident, 'detail': detail})

    def lines(self, name):
        return bytes(self.files[name]).decode('utf-8', 'replace').split('\n')[:-1]

    def check_files(self):
        rows = [re.fullmatch(f'({HEX})  (.+)', line) for line in self.lines('SHA256SUMS')]
        told = {match[2]: match[1] for match in rows if match}
        if len(told) != len(rows):
            raise ValueError('SHA256SUMS')
        for name in set(told) | set(self.files) - {'SHA256SUMS'}:
            match = re.fullmatch(f'(?:records|identity|blobs)/({HEX})(.*)', name)
            ident, real = match[1] if match else '-', name in self.files and sha(self.files[name])
            if real and match and not match[2] and real != ident:
                self.altered.add(ident)
            if ident in self.altered or real != told.get(name) or not ENTRY.fullmatch(name):
                self.find('altered', ident, f'{name}: not what its name or SHA256SUMS says')

    def read_scope(self):
        text = bytes(self.files['SCOPE.txt']).decode()
        rows = re.findall(f'channel: ({ID}) ({ID})\n', text)
        if not rows or rows != sorted(set(rows)) or not re.fullmatch(
                f'paraph-bundle 1\nnegotiation: {ID}\n(?:channel: {ID} {ID}\n)+', text):
            raise ValueError('SCOPE.txt')
        self.charter, self.scope = text[29:93], rows
        for name in self.files:
            folder, _, ident = name.partition('/')
            if folder in ('records', 'identity') and len(ident) == 64 and ident not in self.altered:
                try:
                    rec = Record(bytes(self.files[name][:131073]))
                    if rec.is_identity != (folder == 'identity'):
                        raise ValueError('in the wrong folder')
                    self.held[ident] = rec
                except ValueError as error:
                    self.broken[ident] = str(error)

    def reach(self):
        """In scope: the past of each R, the charter; where anything of that is not there to be
        read, every held record of the channels in scope and all identity records."""
        todo = [(r, 'scope') for c, r in self.scope if r not in self.held
                or (self.held[r].channel, self.held[r].charter) == (c, self.charter)]
        less, done, missing = len(todo) < len(self.scope), set(), {}
        todo.append((self.charter, 'scope'))
        while todo:
            ident, how = todo.pop()
            rec = self.held.get(ident)
            if not rec and ident not in self.broken and missing.get(ident) != 'previous':
                missing[ident] = how
            if ident not in done and rec and rec.charter in (self.charter, '-'):
                todo += [(named, how) for how, named in rec.names()]
            done.add(ident)
            if not todo and self.whole and (less or missing or done & set(self.broken)):
                self.whole = False
                todo += [(r.id, 'scope') for r in self.held.values()
                         if r.is_identity or r.channel in dict(self.scope)]
        for ident in [*self.held, *self.broken]:
            if ident in self.broken and (ident in done or not self.whole):
                self.find('malformed', ident, self.broken[ident])
            elif ident not in done or self.held[ident].charter not in (self.charter, '-'):
                self.aside[ident] = self.held.pop(ident, None)
                self.find('replay', ident, 'of another negotiation or scope')
        for ident, how in missing.items():
            if ident not in self.altered:
                self.find('gap' if how == 'previous' else 'truncated', ident, f'named as {how}')

    # Placing (7.1): None, 'waiting', or a refusal as (kind, detail).
    def place(self, rec):
        wrong = self.place_identity(rec) if rec.is_identity else self.place_record(rec)
        if wrong is None:
            rec.past = rec.bit = 1 << len(self.placed)
            self.placed[rec.id] = rec
            for how, named in rec.names():
                rec.past |= 0 if how in ('negotiation', 'channel') else self.placed[named].past
        elif wrong != 'waiting':
            self.find(wrong[0], rec.id, wrong[1])

    def verify(self, rec, name, key, space):
        data = bytes(self.files.get(name, b'')[:2048])
        try:
            raw = base64.b64decode(b''.join(data.split(b'\n')[1:-2]))[-64:]
        except ValueError:
            return False
        return len(raw) == 64 and data == armor(key, space, raw) and (
            signed(key, space, rec.header, raw))

    def place_identity(self, rec):
        before = self.placed.get(rec.f['previous'], rec)
        if before is rec and rec.kind != 'delegation':
            return 'waiting'
        rec.delegation, enough = before.delegation or rec, 0
        rec.keys, rec.revoked = dict(before.keys), dict(before.revoked)
        keys = [bytes.fromhex(key) for key in rec.delegation.f.get('custodian', ())]
        if not before.is_identity or rec.kind == 'delegation' and None in map(gate, keys):
            return 'malformed', 'previous, or a custodian key that fails the gate'
        if rec.kind == 'powers' and not self.add_device(rec):
            return 'malformed', 'a key, the proof, or a device known otherwise or revoked'
        names = {f'identity/{rec.id}.{key_id(key)[:16]}.sig': key for key in keys}
        for name in (n for n in self.files if n.startswith(f'identity/{rec.id}.')):
            if name in names and self.verify(rec, name, names[name], 'identity@paraph'):
                enough += 1
            else:
                self.find('bad-signature', rec.id, name)
        if enough < int(rec.delegation.f['threshold']):
            return 'bad-signature', 'too few custodians signed'
        if before is not rec and (rec.number, rec.author) != (before.number + 1, before.author):
            return 'malformed', 'place in the chain'
        if rec.kind == 'revocation':
            rec.revoked.setdefault(rec.f['device'], rec)
        return None

    def add_device(self, rec):
        names = 'key', 'session', 'envelope'
        key, session, envelope = (bytes.fromhex(rec.f[name]) for name in names)
        text = f'paraph-device 1\ndelegation: {rec.author}\n' + ''.join(
            f'{name}: {rec.f[name]}\n' for name in names)
        device = key_id(key)
        old = rec.keys.get(device, (key, session, envelope))
        rec.keys[device] = key, session, envelope, rec.f['powers'].split()
        return gate(key) and gate_x25519(session) and gate_x25519(envelope) and (
            device not in rec.revoked and old[1:3] == (session, envelope)) and signed(
                key, 'device@paraph', text.encode(), bytes.fromhex(rec.f['proof']))

    def place_record(self, rec):
        ident = self.placed.get(rec.f['identity'])
        if not ident or not ident.is_identity:
            return ('unknown-key', 'identity is no identity record') if ident else 'waiting'
        rec.delegation = ident.delegation
        if rec.author not in ident.keys or rec.author in ident.revoked:
            return 'not-empowered' if rec.author in ident.keys else 'unknown-key', 'no powers there'
        space = 'charter@paraph' if rec.kind == 'charter' else f'record.{rec.charter[:32]}@paraph'
        if not self.verify(rec, f'records/{rec.id}.sig', ident.keys[rec.author][0], space):
            return 'bad-signature', 'no good signature in the one legal form'
        if any(named not in self.placed for _, named in rec.names()):
            return 'waiting'
        return ('malformed', 'its place, names or clock') if self.misplaced(rec, ident) else None

    def misplaced(self, rec, ident):
        before, named = self.placed.get(rec.f['previous']), []
        opening, charter = self.placed.get(rec.channel, rec), self.placed.get(rec.charter, rec)
        heads = [(self.placed[i], author, number) for author, number, i in rec.heads]
        if any((r.author, r.number, r.is_identity) != (a, n, True) for r, a, n in heads):
            return True
        for author, number, i in rec.seen:
            other = self.placed[i]
            twins = [r for r in named if r.author == author]
            if (author, number, rec.channel) != (other.author, other.number, other.channel) or (
                    author == rec.author or before and other.before(before) or len(twins) > 1
                    or any(other.before(r) or r.before(other) for r in twins)):
                return True
            named.append(other)
        clock = 1 + max((r.clock for r in named + [before] if r), default=0)
        if charter.kind != 'charter' or opening.kind not in ('charter', 'channel') or (
                opening.charter != charter.id or rec.clock != clock):
            return True
        if not before:
            return rec is not opening and not any(opening.before(r) for r in named)
        return (before.author, before.channel, before.number) != (
            rec.author, rec.channel, rec.number - 1) or (
                not self.placed[before.f['identity']].before(ident))

    # Files that say again what the records say; blobs.
    def check_derived(self):
        want = [f"{r.f['time']} {r.kind} {r.f.get('symbol', '-')} {r.id}" for r in self.shown]
        rows = [line.split(' ') for line in self.lines('INDEX.txt')]
        if want != [' '.join(row[1:2] + row[3:]) for row in rows if row[-1] in self.placed]:
            self.find('altered', '-', 'INDEX.txt does not say what the records say')
        for row in (line.split(' ') for line in self.lines('allowed_signers')):
            if len(row) != 4 or sha(base64.b64decode(row[3])) != row[0]:
                self.find('altered', '-', 'allowed_signers: a name is not that of its key')
        others = {*self.altered, *self.broken, *self.held, *self.aside} - set(self.placed)
        entries = filter(None, map(ENTRY.fullmatch, self.files))
        texts = {m[0]: None for m in entries if m[1] and m[1] not in {i[:16] for i in others}}
        for rec in (r for r in self.shown if 'symbol' in r.f):
            for _, _, language, _, _, ident in (b for b in rec.bodies if b[:2] == ['text', 'main']):
                name = f"{rec.f['symbol'].replace('/', '_')}-{rec.id[:16]}.{language}.txt"
                texts['texts/' + name.replace('.-.txt', '.und.txt')] = 'blobs/' + ident
        for name, blob in texts.items():
            content = self.files[blob][79:] if blob in self.files else None
            if self.files.get(name) != content and (blob or '')[6:] not in self.altered:
                self.find('altered', '-', f'{name} is not the content of its blob')

    def check_blobs(self):
        withheld, used = set(self.lines('withheld.txt')), {
            body[5] for rec in self.aside.values() if rec for body in rec.bodies}
        for rec in sorted(self.held.values(), key=Record.shown):
            for *_, size, ident in rec.bodies:
                used.add(ident)
                blob = self.files.get('blobs/' + ident)
                if blob is None or ident in withheld:
                    self.find('withheld' if ident in withheld else 'lacking', ident, f'of {rec.id}')
                elif ident not in self.altered and (len(blob) != int(size) or not re.fullmatch(
                        f'paraph-body 1 {HEX}\n'.encode(), blob[:79])):
                    self.find('malformed', ident, f'body of {rec.id}')
        for ident in {n[6:] for n in self.files if n.startswith('blobs/')} - used - self.altered:
            if self.whole:
                self.find('replay', ident, 'a blob that no record here names')

    # Standing (7.2).
    def find_forks(self):
        """forks: chain -> (number, records there); frozen: identity chain -> number; cuts:
        (delegation, device) -> revocation."""
        places, self.forks, self.cuts = {}, {}, {}
        for rec in sorted(self.placed.values(), key=lambda r: r.id):
            places.setdefault((rec.author, rec.channel, rec.number), []).append(rec)
        for author, channel, number in sorted(p for p in places if len(places[p]) > 1):
            self.forks.setdefault((author, channel), (number, places[author, channel, number]))
        self.frozen = {chain[0]: n for chain, (n, _) in self.forks.items() if chain[0] == chain[1]}
        for rec in sorted(self.placed.values(), key=Record.shown):
            if rec.kind == 'revocation' and rec.number < self.frozen.get(rec.author, 2**53):
                self.cuts.setdefault((rec.author, rec.f['device']), rec)
            past = [i for how, i in rec.names() if how in ('previous', 'seen')]
            if any(seconds(self.placed[i].f['time']) - seconds(rec.f['time']) > 600 for i in past):
                self.find('late', rec.id, 'its time is before that of what it names')
        for (author, channel), (number, recs) in self.forks.items():
            cut = author != channel and {(r.delegation.id, author) for r in recs} <= set(self.cuts)
            self.find('settled' if cut else 'fork', recs[0].id, f'and {recs[1].id} at {number}')

    def judge_standing(self):
        kept = set()
        for rec in self.shown:
            cut = self.cuts.get((rec.delegation.id, rec.author))
            line = sha(f'cut\n{rec.channel}\n{rec.number}\n{rec.id}\n'.encode())
            while rec and rec.id not in kept and (not cut or line in cut.f['cut']):
                kept.add(rec.id)
                rec = self.placed.get(rec.f['previous'])
        for rec in self.shown:
            cut = self.cuts.get((rec.delegation.id, rec.author))
            fork = self.forks.get((rec.author, rec.channel))
            others = [q for q in self.shown if q.delegation is not rec.delegation and rec.before(q)]
            is_kept = rec.id in kept and (cut or not fork or rec.number < fork[0])
            if not is_kept and others:
                self.find('disowned', rec.id, 'cut or void, but in the past of others')
            if is_kept or others and (rec.id == rec.channel or rec.kind in ('membership', 'version')
                                      and any(self.witnesses(q, rec, cut, fork) for q in others)):
                self.standing.add(rec.id)

    def witnesses(self, q, rec, cut, fork):
        """Q's past has neither the cut nor two branches of the fork, and its delegation no fork."""
        return not (cut and cut.before(q) or fork and sum(r.before(q) for r in fork[1]) > 1 or any(
            chain[1] == rec.channel and q.delegation in [r.delegation for r in recs]
            for chain, (_, recs) in self.forks.items()))

    # Effect (7.3, 7.4): memberships first, in shown order, for all else hangs on them.
    def judge_effect(self):
        self.adds, self.removes = [], []
        for rec in sorted(self.shown, key=lambda r: r.kind != 'membership'):
            why = self.reason(rec) if rec.id in self.standing else None
            if why:
                self.find('without-effect', rec.id, why)
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
        every = {seat.split()[0]: seat.split()[1:3] for seat in charter.f['seat']}
        if ident.number >= self.frozen.get(me, 2**53) or kind not in POWER or (
                POWER[kind] not in ident.keys[rec.author][3]):
            return 'frozen identity, unknown kind or no power for it'
        seats = {'': 'party'} if kind == 'charter' else self.seats(me, rec, every)
        if kind == 'joining':
            seats = {f['seat']: every.get(f['seat'], ['party'])[0]}
        if not plenary:
            members = map(str.split, self.placed[rec.channel].f['member'])
            seats = {code: role for i, code, role in members if i == me}
        if not any(kind in RIGHTS.get(role, OTHERS) for role in seats.values()):
            return 'not a member there, or not for its role'
        targets = [(key, i) for key in TARGETS if key in f
                   for i in ([f[key]] if isinstance(f[key], str) else f[key]) if i != '-']
        if not all(self.is_target(rec, key, i) for key, i in targets):
            return 'what it is about is not what it should be'
        return None if self.keeps_rule(rec, seats, every, plenary) else 'against its own rule'

    def is_target(self, rec, key, ident):
        f, goal, is_withdrawal = rec.f, self.placed.get(ident), rec.kind == 'withdrawal'
        kinds = ('proposal',) if is_withdrawal else TARGETS[key]
        return (goal and goal.before(rec) and goal.channel == rec.channel
                and (not kinds or goal.kind in kinds)
                and (key not in ('base', 'answers', 'incorporates')
                     or goal.f.get('text', goal.id) == f['text'])
                and (not is_withdrawal or goal.delegation is rec.delegation)
                and (key != 'joining' or (goal.delegation.id, goal.f['seat']) == (
                    f['delegation'], f['seat'])))

    def keeps_rule(self, rec, seats, every, plenary):
        f, charter = rec.f, self.placed[rec.charter]
        if rec.kind == 'version':
            return set(seats) & set(charter.f['issuer'])
        if rec.kind not in ('joining', 'membership'):
            return True
        given = every.get(f['seat'], ['', ''])[1]
        if rec.kind == 'joining':
            return plenary and given in ('-', rec.delegation.id)
        who = {a.f['delegation'] for a in self.adds} | {charter.delegation.id}
        filled = [d for d in who if f['seat'] in self.seats(d, rec, every, True)]
        return plenary and charter.f['admission'] == 'convener' and (
            rec.delegation is charter.delegation and given in ('-', f['delegation'])
            and (not filled if f['change'] == 'add' else f['delegation'] in filled))

    def chains(self):
        """Of each chain its head and the last of it that another names."""
        seen, heads, named = {i for r in self.shown for _, _, i in r.seen}, {}, {}
        for rec in self.shown:
            heads[rec.author, rec.channel] = rec.id
            if rec.id in seen:
                named[rec.author, rec.channel] = rec.id
        return [{'author': chain[0], 'channel': chain[1], 'head': heads[chain],
                 'last_named_by_others': named.get(chain)} for chain in sorted(heads)]

def main(args):
    try:
        audit = Audit(read_archive(args[0] if args else ''))
    except (ValueError, OSError, tarfile.TarError) as error:
        print(json.dumps({'paraph': 1, 'error': {'code': 'unreadable', 'message': str(error)}}))
        return 2
    findings = [audit.found[key] for key in sorted(audit.found)]
    verdict = 'bad' if any(f['kind'] not in NOT_BAD for f in findings) else 'good'
    print(json.dumps({'paraph': 1, 'verdict': verdict, 'findings': findings,
                      'chains': audit.chains()}, indent=1))
    return int(verdict == 'bad')

if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
