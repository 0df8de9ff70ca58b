# SPDX-License-Identifier: GPL-3.0-or-later
"""The tamper matrix: bundles that were honest once, each with one lie, and what an audit must find.

CASES is a list of (name, build). build() gives (files, expected, stock): the files of the bundle
or the bytes of an archive; the set of (kind, id) of findings, or UNREADABLE; and what VERIFY.sh,
which knows only stock tools, must end with: 'good', 'bad', or None where it is not asked."""
import base64
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))

# The path above must be set first.
from paraph_ref import (Delegation, Device, Key, L, Negotiation, Record, armor, body_line, bundle,  # noqa: E402
                        ed_sign, hash_mod, malleate, preimage, pseudo, sha, sums, tar, tar_entry)

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'data')
UNREADABLE = 'unreadable'
ALL = 'read talk propose position initial sign attest manage'
CASES = []


def case(name):
    def keep(build):
        CASES.append((name, build))
        return build
    return keep


class World:
    """Mediated talks between Astoria and Borvia, with Gualand as guarantor; all invented."""

    def __init__(self, name='', admission='convener', prepare=None):
        self.n, self.d, self.dev = Negotiation(), {}, {}
        for code, words in (('MED', 'Office of the Mediator'), ('AST', 'Republic of Astoria'),
                            ('BOR', 'Kingdom of Borvia'), ('GUA', 'Gualand')):
            self.d[code] = Delegation(code, words)
            for number in ('1', '2'):
                device = self.dev[code + number] = Device(self.d[code], f'{name}{code} device {number}')
                self.d[code].powers(device, f'Delegate {number} of {words}', ALL)
            self.dev[code + '1'].identity = self.dev[code + '2'].identity
        if prepare:
            prepare(self)
        med = self.dev['MED1']
        self.charter = self.n.convene(med, [
            'AST party - Republic of Astoria', 'BOR party - Kingdom of Borvia',
            'GUA guarantor - Gualand', f"MED mediator {self.d['MED'].id} Office of the Mediator"],
            title=f'Talks on the river Lume{name}', admission=admission)
        self.c, self.member = self.charter.id, {}
        for code in ('AST', 'BOR', 'GUA'):
            self.member[code] = self.n.admit(med, self.dev[code + '1'], code)
        self.text = self.post('MED1', 'text', [('symbol', 'MED/L.1'), ('title', 'Draft'),
                                               ('standing', 'chairs-text')], 'The river is shared.')
        self.proposal = self.propose('AST1', 'AST/L.1')

    def post(self, who, kind, fields, text=None, role='text', **change):
        bodies = [] if text is None else [(role, 'main', 'en', text)]
        return self.n.post(self.dev[who], change.pop('channel', self.c), kind, fields, bodies, **change)

    def propose(self, who, symbol, **change):
        goal = change.pop('text', self.text.id)
        return self.post(who, 'proposal', [
            ('symbol', symbol), ('text', goal), ('base', change.pop('base', goal)),
            ('answers', '-'), ('claim', '-'), ('expires', '-'), ('package', '-')],
            f'The river is shared as {symbol} says.', **change)

    def say(self, who, words='We note it.', **change):
        return self.post(who, 'statement', [('type', 'statement'), ('about', change.pop('about', '-'))],
                         words, **change)

    def checkpoint(self, who, *heads, **change):
        return self.post(who, 'checkpoint', [('head', '-'), *sorted(
            ('identity-head', f'{r.author} {r.number} {r.id}') for r in heads), ('lacking', '-')],
                         heads=heads, **change)

    def position(self, who, target, stance='accept', **change):
        return self.post(who, 'position', [('target', target), ('stance', stance), ('provision', '-')],
                         **change)

    def end(self, who='BOR1', **change):
        """The record R: somebody who has seen everything says so."""
        return self.say(who, 'We have seen it all.', **change)

    def bundle(self, *scope, more=(), **change):
        files = bundle(self.n, scope or [self.n.records[-1]], more)
        for name in ('READ-ME-FIRST.txt', 'VERIFY.sh'):
            with open(os.path.join(DATA, name), 'rb') as file:
                files[name] = file.read()
        files.update(change)
        return sums(files)


def name_of(rec):
    return 'identity/' + rec.id if rec.namespace == 'identity@paraph' else 'records/' + rec.id


def put(files, name, data, again=True):
    """The files with one replaced (None: taken away), and SHA256SUMS made to fit again or not."""
    files = dict(files)
    files[name] = data
    if data is None:
        del files[name]
    return sums(files) if again else files


def drop(files, rec):
    """A record taken out with its signatures, blobs and texts, and SHA256SUMS made to fit."""
    gone = {'blobs/' + sha(b).hex() for b in rec.blobs}
    return sums({k: v for k, v in files.items()
                 if rec.id not in k and k not in gone and f'-{rec.id[:16]}.' not in k})


def raw_of(rec):
    return rec.signatures[0][1]


def signed_as(rec, raw, namespace=None):
    return armor(rec.signatures[0][0].public, namespace or rec.namespace, raw)


@case('good')
def good():
    w = World()
    w.end()
    return w.bundle(), set(), 'good'


@case('good/a channel of two')
def channel():
    w = World()
    first = w.post('AST1', 'channel', [('name', 'Fishing'), *sorted(
        ('member', f'{w.d[c].id} {c} party') for c in ('AST', 'BOR'))])
    w.say('BOR1', channel=first.id)
    return w.bundle(w.say('AST1', channel=first.id)), set(), 'good'


@case('good/two channels in scope')
def channels():
    w = World()
    first = w.post('AST1', 'channel', [('name', 'Fishing'), *sorted(
        ('member', f'{w.d[c].id} {c} party') for c in ('AST', 'BOR'))])
    last = w.say('BOR1', channel=first.id)
    return w.bundle(w.end(), last), set(), None


# Bytes of files.

@case('body altered')
def body_altered():
    w = World()
    w.end()
    name = 'blobs/' + sha(w.text.blobs[0]).hex()
    return put(w.bundle(), name, w.text.blobs[0] + b'!', False), {('altered', name[6:])}, 'bad'


@case('body altered, SHA256SUMS mended')
def body_altered_sums():
    w = World()
    w.end()
    name = 'blobs/' + sha(w.text.blobs[0]).hex()
    return put(w.bundle(), name, w.text.blobs[0] + b'!'), {('altered', name[6:])}, 'bad'


@case('body altered and renamed')
def body_renamed():
    w = World()
    w.end()
    old, new = w.text.blobs[0], w.text.blobs[0] + b'!'
    files = put(w.bundle(), 'blobs/' + sha(old).hex(), None)
    files = put(files, 'blobs/' + sha(new).hex(), new)
    text = next(n for n in files if n.startswith('texts/MED'))
    return put(files, text, None), {('lacking', sha(old).hex()), ('replay', sha(new).hex())}, 'bad'


@case('readable text altered, SHA256SUMS mended')
def text_altered():
    w = World()
    w.end()
    files = w.bundle()
    text = next(n for n in files if n.startswith('texts/MED'))
    return put(files, text, b'The river is ours.'), {('altered', '-')}, 'good'


@case('INDEX.txt altered, SHA256SUMS mended')
def index_altered():
    w = World()
    w.end()
    files = w.bundle()
    index = files['INDEX.txt'].replace(b'AST/L.1', b'AST/L.2')
    return put(files, 'INDEX.txt', index), {('altered', '-')}, 'good'


@case('INDEX.txt with two rows swapped, SHA256SUMS mended')
def index_swapped():
    w = World()
    w.end()
    files = w.bundle()
    rows = files['INDEX.txt'].splitlines(True)
    rows[1], rows[2] = rows[2], rows[1]
    return put(files, 'INDEX.txt', b''.join(rows)), {('altered', '-')}, 'good'


@case('allowed_signers gives a name to another key')
def signers_altered():
    w = World()
    w.end()
    files, key = w.bundle(), Key('a stranger')
    lines = files['allowed_signers'].decode().split('\n')
    lines[0] = ' '.join(lines[0].split(' ')[:3] + [base64.b64encode(key.blob).decode()])
    return put(files, 'allowed_signers', '\n'.join(lines).encode()), {('altered', '-')}, 'bad'


@case('a file more')
def file_more():
    w = World()
    w.end()
    return put(w.bundle(), 'NOTE.txt', b'Read this instead.\n'), {('altered', '-')}, None


@case('a file more that SHA256SUMS does not know')
def file_unlisted():
    w = World()
    w.end()
    return put(w.bundle(), 'NOTE.txt', b'Read this.\n', False), {('altered', '-')}, 'bad'


@case('files swapped')
def swapped():
    w = World()
    w.end()
    a, b, files = name_of(w.text), name_of(w.proposal), w.bundle()
    files[a], files[b] = files[b], files[a]
    return sums(files), {('altered', a[8:]), ('altered', b[8:])}, 'bad'


@case('signatures swapped')
def signatures_swapped():
    w = World()
    w.end()
    a, b, files = name_of(w.text) + '.sig', name_of(w.proposal) + '.sig', w.bundle()
    files[a], files[b] = files[b], files[a]
    return sums(files), {('bad-signature', w.text.id), ('bad-signature', w.proposal.id)}, 'bad'


# Every line of a header.

LINES = {'kind': 'statement', 'negotiation': pseudo('other').hex(), 'channel': pseudo('other').hex(),
         'author': pseudo('other').hex(), 'identity': pseudo('other').hex(), 'number': '7',
         'previous': pseudo('other').hex(), 'seen': None, 'clock': '99',
         'time': '2031-03-04T08:00:01Z', 'salt': pseudo('other', 16).hex(), 'symbol': 'AST/L.9',
         'expires': '2032-01-01T00:00:00Z', 'body': None, 'text': pseudo('other').hex(),
         'base': pseudo('other').hex(), 'answers': pseudo('other').hex(),
         'claim': '0123456789abcdef:1', 'package': pseudo('other').hex()}


def change_line(header, key):
    """The same header with one value of `key` changed, still in the legal form but for `kind`."""
    rows = header.decode().split('\n')
    at = next(i for i, row in enumerate(rows) if row.startswith(key + ': '))
    if key == 'seen':
        part = rows[at].split()
        rows[at] = ' '.join(part[:2] + [str(int(part[2]) + 1), part[3]])
    elif key == 'body':
        rows[at] = rows[at].replace(' main ', ' other ')
    else:
        rows[at] = f'{key}: {LINES[key]}'
    return '\n'.join(rows).encode()


def line_cases(key):
    @case(f'header: {key} altered')
    def altered():
        w = World()
        w.end()
        changed = change_line(w.proposal.header, key)
        return put(w.bundle(), name_of(w.proposal), changed), {('altered', w.proposal.id)}, None

    @case(f'header: {key} altered, file renamed')
    def renamed():
        w = World()
        w.say('AST1')
        w.end()
        old = w.proposal
        changed = change_line(old.header, key)
        new = sha(changed).hex()
        files = {k.replace(old.id, new).replace(f'-{old.id[:16]}', f'-{new[:16]}'): v
                 for k, v in w.bundle().items()}
        files['records/' + new] = changed
        found = {('gap', old.id), ({'kind': 'malformed', 'negotiation': 'replay', 'channel': 'replay',
                                    'author': 'unknown-key'}.get(key, 'bad-signature'), new)}
        if key == 'identity':
            found = {('gap', old.id), ('truncated', LINES['identity'])}
        if key == 'previous':
            found |= {('gap', LINES['previous'])}
        return sums(files), found, 'bad'

    @case(f'header: {key} altered in R, file and scope renamed')
    def last():
        w = World()
        w.say('AST1')
        old = w.propose('AST1', 'AST/L.3', sees=[w.say('BOR1')])
        changed = change_line(old.header, key)
        new = sha(changed).hex()
        files = {k.replace(old.id, new).replace(f'-{old.id[:16]}', f'-{new[:16]}'):
                 v.replace(old.id.encode(), new.encode()) for k, v in w.bundle().items()}
        files['records/' + new] = changed
        found = {({'kind': 'malformed', 'negotiation': 'replay', 'channel': 'replay',
                   'author': 'unknown-key'}.get(key, 'bad-signature'), new)}
        if key == 'identity':
            found = {('truncated', LINES['identity'])}
        if key == 'previous':
            found |= {('gap', LINES['previous'])}
        return sums(files), found, None


for line in LINES:
    line_cases(line)


# Signatures.

def signature_case(name, change, stock, good=False):
    @case('signature: ' + name)
    def build():
        w = World()
        w.end()
        data = change(w.proposal)
        found = set() if good else {('bad-signature', w.proposal.id)}
        return put(w.bundle(), name_of(w.proposal) + '.sig', data), found, stock


def flipped(raw, at):
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1:]


def second_signature(rec):
    key, message = rec.signatures[0][0], preimage(rec.namespace, rec.header)
    other = Key('x')
    other.seed = key.seed
    # A nonce of another choosing gives another valid signature of the same message.
    from paraph_ref import BASE, clamp, ed_mul, ed_pack
    import hashlib
    a = clamp(hashlib.sha512(key.seed).digest()[:32])
    r = hash_mod(b'another nonce', message)
    head = ed_pack(ed_mul(r, BASE))
    raw = head + ((r + hash_mod(head, key.public, message) * a) % L).to_bytes(32, 'little')
    assert raw != raw_of(rec)
    return signed_as(rec, raw)


def longer_lines(rec):
    text = b''.join(signed_as(rec, raw_of(rec)).split(b'\n')[1:-2])
    return b'-----BEGIN SSH SIGNATURE-----\n' + text + b'\n-----END SSH SIGNATURE-----\n'


signature_case('R altered', lambda r: signed_as(r, flipped(raw_of(r), 3)), 'bad')
signature_case('S altered', lambda r: signed_as(r, flipped(raw_of(r), 40)), None)
signature_case('S plus L', lambda r: signed_as(r, malleate(raw_of(r))), 'good')
signature_case('all zero', lambda r: signed_as(r, bytes(64)), None)
signature_case('of another namespace', lambda r: signed_as(
    r, r.device.sign('charter@paraph', r.header), 'charter@paraph'), 'bad')
signature_case('says one namespace, was made for another', lambda r: signed_as(
    r, r.device.sign('charter@paraph', r.header)), None)
signature_case('by another device', lambda r: armor(
    Key('stranger').public, r.namespace, Key('stranger').sign(r.namespace, r.header)), 'bad')
signature_case('without the pre-image', lambda r: signed_as(
    r, ed_sign(r.device.seed, r.header)), None)
signature_case('in one long line', longer_lines, 'good')
signature_case('with CR LF', lambda r: signed_as(r, raw_of(r)).replace(b'\n', b'\r\n'), None)
signature_case('with words behind it', lambda r: signed_as(r, raw_of(r)) + b'and so on\n', 'good')
signature_case('twice in the file', lambda r: signed_as(r, raw_of(r)) * 2, 'good')
signature_case('empty', lambda r: b'', None)
signature_case('another valid one of the same key', second_signature, 'good', True)


@case('signature: missing')
def signature_missing():
    w = World()
    w.end()
    files = put(w.bundle(), name_of(w.proposal) + '.sig', None)
    return files, {('bad-signature', w.proposal.id)}, 'bad'


@case('signature: one custodian too few')
def custodian_missing():
    w = World()
    w.end()
    rec = w.d['AST'].chain[2]
    name = f'identity/{rec.id}.{rec.signatures[0][0].id[:16]}.sig'
    return put(w.bundle(), name, None), {('bad-signature', rec.id)}, 'bad'


@case('signature: a custodian signs twice under two names')
def custodian_twice():
    w = World()
    w.end()
    rec = w.d['AST'].chain[2]
    (first, raw), (other, _) = rec.signatures
    name = f'identity/{rec.id}.{other.id[:16]}.sig'
    files = put(w.bundle(), name, armor(first.public, rec.namespace, raw))
    return files, {('bad-signature', rec.id)}, 'bad'


# What is not there.

@case('deleted: in the middle of a chain')
def deleted_middle():
    w = World()
    rec = w.say('AST1')
    w.say('AST1')
    w.end()
    return drop(w.bundle(), rec), {('gap', rec.id)}, 'bad'


@case('deleted: head of a chain that others name')
def deleted_head():
    w = World()
    rec = w.say('AST1')
    w.end()
    return drop(w.bundle(), rec), {('truncated', rec.id)}, 'bad'


@case('deleted: R itself')
def deleted_last():
    w = World()
    rec = w.end()
    return drop(w.bundle(), rec), {('truncated', rec.id)}, 'bad'


@case('deleted: the charter')
def deleted_charter():
    w = World()
    w.end()
    return drop(w.bundle(), w.charter), {('gap', w.c)}, 'bad'


@case('deleted: head of an identity chain')
def deleted_identity():
    w = World()
    w.end()
    rec = w.d['AST'].chain[-1]
    return drop(w.bundle(), rec), {('truncated', rec.id)}, 'bad'


@case('deleted: founding record of an identity chain')
def deleted_founding():
    w = World()
    w.end()
    rec = w.d['AST'].chain[0]
    return drop(w.bundle(), rec), {('gap', rec.id)}, 'bad'


@case('deleted, SHA256SUMS not mended')
def deleted_unmended():
    w = World()
    rec = w.say('AST1')
    w.say('AST1')
    w.end()
    files = w.bundle()
    told = files['SHA256SUMS']
    files = dict(drop(files, rec), SHA256SUMS=told)
    blob = sha(rec.blobs[0]).hex()
    return files, {('altered', rec.id), ('altered', blob), ('gap', rec.id)}, 'bad'


@case('body lacking')
def lacking():
    w = World()
    w.end()
    files, ident = w.bundle(), sha(w.text.blobs[0]).hex()
    files = put(files, next(n for n in files if n.startswith('texts/MED')), None)
    files = put(put(files, 'blobs/' + ident, None), 'lacking.txt', (ident + '\n').encode())
    return files, {('lacking', ident)}, 'bad'


@case('body withheld')
def withheld():
    w = World()
    w.end()
    files, ident = w.bundle(), sha(w.text.blobs[0]).hex()
    files = put(files, next(n for n in files if n.startswith('texts/MED')), None)
    files = put(put(files, 'blobs/' + ident, None), 'withheld.txt', (ident + '\n').encode())
    return files, {('withheld', ident)}, 'good'


@case('a text without the body that it is said to come from')
def text_alone():
    w = World()
    w.end()
    files, ident = w.bundle(), sha(w.text.blobs[0]).hex()
    files = put(put(files, 'blobs/' + ident, None), 'withheld.txt', (ident + '\n').encode())
    return files, {('withheld', ident), ('altered', '-')}, None


# Forks and cuts.

def forked(w, cut=None):
    """AST1 says two things at one place; Borvia sees both. Gives the two, and what follows."""
    tip = w.n.tips[w.dev['AST1'].id, w.c]
    sees = w.n.seen_lines(w.dev['AST1'], w.c, tip, w.n.records)
    one = w.say('AST1', 'Yes.', after=tip, sees=sees, word='a')
    two = w.say('AST1', 'No.', after=tip, sees=sees, word='b')
    return sorted([one, two], key=lambda r: r.id)


@case('fork')
def fork():
    w = World()
    one, two = forked(w)
    w.end()
    return w.bundle(), {('fork', one.id), ('disowned', one.id), ('disowned', two.id)}, 'bad'


@case('fork, chain goes on')
def fork_on():
    w = World()
    one, two = forked(w)
    next_one = w.say('AST1')
    w.end()
    found = {('disowned', r.id) for r in (one, two, next_one)}
    return w.bundle(), found | {('fork', one.id)}, 'bad'


@case('fork settled by a cut')
def fork_settled():
    w = World()
    one, two = forked(w)
    w.say('BOR1')
    w.dev['AST2'].identity = w.d['AST'].revoke(w.dev['AST1'], [two])
    w.say('AST2')
    w.end()
    return w.bundle(), {('settled', one.id), ('disowned', one.id)}, 'good'


def fork_revoked(name=True):
    """A fork and its settling revocation, which at most a guarantor's checkpoint names."""
    w = World()
    one, two = forked(w)
    w.say('BOR1')
    revocation = w.d['AST'].revoke(w.dev['AST1'], [two])
    if name:
        w.checkpoint('GUA1', revocation)
    w.end()
    return w, one, two, revocation


@case('fork settled by a revocation that only a checkpoint of a guarantor names')
def fork_witnessed():
    w, one, _, _ = fork_revoked()
    return w.bundle(), {('settled', one.id), ('disowned', one.id)}, 'good'


@case('fork, its revocation lies beside and nobody names it')
def fork_smuggled():
    w, one, two, revocation = fork_revoked(False)
    found = {('fork', one.id), ('disowned', one.id), ('disowned', two.id)}
    return w.bundle(more=[revocation]), found | {('replay', revocation.id)}, 'bad'


@case('fork, its revocation is named by a checkpoint and missing')
def fork_unwitnessed():
    w, one, two, revocation = fork_revoked()
    found = {('fork', one.id), ('disowned', one.id), ('disowned', two.id)}
    return drop(w.bundle(), revocation), found | {('truncated', revocation.id)}, 'bad'


@case('checkpoint names an identity head that nobody holds')
def head_missing():
    w = World()
    ghost = Record(b'ghost', author=w.d['BOR'].id, number=9)
    ghost.past.clear()
    w.checkpoint('GUA1', ghost)
    w.end()
    return w.bundle(), {('truncated', ghost.id)}, 'bad'


def fork_convener(w, rec):
    """MED1 says something else in the place of its record `rec`, to everybody."""
    before = next(r for r in w.n.records if f'previous: {r.id}\n'.encode() in rec.header)
    tip = w.n.tips[w.dev['MED1'].id, w.c]
    other = w.say('MED1', 'Never mind.', after=before, sees=[], word='fork')
    w.n.tips[w.dev['MED1'].id, w.c] = tip
    chain = [r for r in w.n.records if r.author == rec.author and r.number >= rec.number]
    return {('fork', min(rec.id, other.id))} | {('disowned', r.id) for r in chain}


@case('fork of the convener after others built on its admission: that stands')
def fork_contested():
    w = World()
    found = fork_convener(w, w.member['GUA'][1])
    w.say('GUA1')
    w.end()
    return w.bundle(), found, 'bad'


@case('fork of the convener before others built on its admission: that falls')
def fork_admission():
    w = World()
    remove(w)
    joining, again = w.n.admit(w.dev['MED1'], w.dev['AST1'], 'AST')
    found = fork_convener(w, again)
    rec = w.say('AST1')
    w.end()
    return w.bundle(), found | {('without-effect', rec.id)}, 'bad'


@case('convener revoked from the start after others built on it')
def convener_revoked():
    w = World()
    w.say('BOR1')
    cut = [r for r in w.n.records if r.author == w.dev['MED1'].id]
    w.dev['MED2'].identity = w.d['MED'].revoke(w.dev['MED1'], [])
    w.say('MED2')
    w.say('GUA1')
    w.end()
    return w.bundle(), {('disowned', r.id) for r in cut}, 'good'


def removal_cut(knew):
    """The convener removes Astoria and is cut before that; Gualand names the cut, in time or not."""
    w = World()
    kept = last_of(w, 'MED1')
    removal = remove(w)
    cut = w.d['MED'].revoke(w.dev['MED1'], [kept])
    if not knew:
        w.say('GUA1')
    w.checkpoint('GUA1', cut)
    after = w.say('AST1')
    w.end()
    found = {('disowned', removal.id)} | (set() if knew else {('without-effect', after.id)})
    return w.bundle(), found, 'good'


@case('removal that its first witness names together with the cut before it: that falls')
def removal_known():
    return removal_cut(True)


@case('removal that a witness names before it names the cut: that stands')
def removal_unknown():
    return removal_cut(False)


@case('revoked device, used only before the cut')
def revoked_before():
    w = World()
    rec = w.say('AST1')
    w.dev['AST2'].identity = w.d['AST'].revoke(w.dev['AST1'], [rec])
    w.say('AST2')
    w.end()
    return w.bundle(), set(), 'good'


@case('revoked device, used beyond the cut with its old powers')
def revoked_beyond():
    w = World()
    rec = w.say('AST1')
    w.dev['AST2'].identity = w.d['AST'].revoke(w.dev['AST1'], [rec])
    w.say('AST2')
    after = w.say('AST1', 'Still here.')
    w.end()
    return w.bundle(), {('disowned', after.id)}, 'good'


@case('revoked device, no chain named by the cut')
def revoked_all():
    w = World()
    w.dev['AST2'].identity = w.d['AST'].revoke(w.dev['AST1'], [])
    w.post('AST2', 'statement', [('type', 'statement'), ('about', '-')], 'Ours only now.')
    w.end()
    cut = [r for r in w.n.records if r.author == w.dev['AST1'].id]
    return w.bundle(), {('disowned', r.id) for r in cut}, 'good'


@case('revoked device, relies on its own revocation')
def revoked_relies():
    w = World()
    w.dev['AST1'].identity = w.d['AST'].revoke(w.dev['AST1'], [w.proposal])
    rec = w.say('AST1')
    w.end()
    return w.bundle(), {('not-empowered', rec.id)}, None


@case('identity goes back')
def identity_back():
    w = World()
    w.dev['AST1'].identity = w.d['AST'].chain[1]
    rec = w.say('AST1')
    w.end()
    return w.bundle(), {('malformed', rec.id)}, None


@case('powers for a revoked device')
def powers_again():
    w = World()
    w.d['AST'].revoke(w.dev['AST2'], [])
    rec = w.d['AST'].powers(w.dev['AST2'], 'Delegate back again', ALL, 101)
    w.say('AST2')
    w.end()
    return w.bundle(), {('malformed', rec.id)}, None


def enrolled(key=None, session=None):
    """A third device of Astoria with keys of our choosing, and a record that relies on it."""
    w = World()
    device = Device(w.d['AST'], 'bad device')
    device.session = session or device.session
    if key:
        device.public, device.blob = key, b'\0\0\0\x0bssh-ed25519\0\0\0 ' + key
        device.id = sha(device.blob).hex()
        device.sign = lambda namespace, message: (1).to_bytes(32, 'little') + bytes(32)
    rec = w.d['AST'].powers(device, 'Delegate 3', ALL, 50)
    w.dev['BAD'] = device
    w.say('BAD')
    w.end()
    return w.bundle(), {('malformed', rec.id)}, None


@case('small-order key enrolled')
def small_order():
    return enrolled(key=(1).to_bytes(32, 'little'))


@case('key of mixed order enrolled')
def mixed_order():
    from paraph_ref import BASE, P, ed_add, ed_pack
    return enrolled(key=ed_pack(ed_add(BASE, (0, P - 1, 1, 0))))


@case('session key of low order enrolled')
def low_session():
    return enrolled(session=(1).to_bytes(32, 'little'))


@case('session key not reduced')
def unreduced_session():
    from paraph_ref import P
    return enrolled(session=(P + 5).to_bytes(32, 'little'))


@case('powers with a proof for another delegation')
def wrong_proof():
    w = World()
    device = Device(w.d['AST'], 'third')
    device.sign = lambda namespace, message: Key.sign(device, namespace, message + b'\n')
    rec = w.d['AST'].powers(device, 'Delegate 3', ALL, 50)
    del device.sign
    w.dev['BAD'] = device
    w.say('BAD')
    w.end()
    return w.bundle(), {('malformed', rec.id)}, None


@case('identity chain frozen')
def frozen():
    w = World()
    chain = w.d['BOR'].chain
    head = chain[-1]
    one = w.d['BOR'].powers(w.dev['BOR2'], 'Delegate 2, once', ALL, 60, previous=head, word='a')
    two = w.d['BOR'].powers(w.dev['BOR1'], 'Delegate 1, twice', ALL, 60, previous=head, word='b')
    first, second = w.say('BOR1'), w.say('BOR2')
    low = min(one.id, two.id)
    w.end('AST1')
    return w.bundle(), {('fork', low), ('without-effect', first.id), ('without-effect', second.id)}, 'bad'


# Lies of an author about the past.

def lie_case(name, kind='malformed', stock=None, **how):
    @case('author: ' + name)
    def build():
        w = World()
        w.say('BOR1')
        rec = w.say('AST1', **{k: v(w) if callable(v) else v for k, v in how.items()})
        found = {(kind, rec.id)} if kind else set()
        w.end()
        return w.bundle(), found, stock


def last_of(w, who):
    return w.n.tips[w.dev[who].id, w.c]


def row(rec, number=None, author=None):
    return f'{author or rec.author} {rec.number if number is None else number} {rec.id}'


lie_case('clock too high', stock='bad', clock=5000)
lie_case('clock too low', stock='bad', clock=2)
lie_case('number skipped', stock='bad', number=9)
lie_case('seen with a wrong number', stock='bad', seen=lambda w: [row(last_of(w, 'BOR1'), 77)])
lie_case('seen with a wrong author', stock='bad',
         seen=lambda w: [row(last_of(w, 'BOR1'), author=w.dev['GUA1'].id)])
lie_case('seen of its own chain', stock='bad', seen=lambda w: [row(last_of(w, 'AST1'))],
         clock=lambda w: last_of(w, 'AST1').clock + 1)
lie_case('seen of what it had seen', seen=lambda w: [row(w.charter)],
         clock=lambda w: last_of(w, 'AST1').clock + 1)
lie_case('two seen of one chain', clock=lambda w: last_of(w, 'BOR1').clock + 1,
         seen=lambda w: sorted([row(last_of(w, 'BOR1')), row(w.say('BOR1', word='z'))]))
lie_case('previous of another author', stock='bad', after=lambda w: last_of(w, 'BOR1'))
lie_case('back-dated', 'late', 'good', time='2030-01-01T00:00:00Z')
lie_case('about something unknown', 'without-effect', 'good', about=pseudo('nowhere').hex())
lie_case('about the id of zeros', about='0' * 64)
lie_case('seen of the id of zeros', seen=lambda w: [f'{last_of(w, "BOR1").author} 3 {"0" * 64}'])
lie_case('relies on what is no identity record', 'unknown-key', 'bad',
         identity=lambda w: w.text.id)
lie_case('seen of an identity record', stock='bad', seen=lambda w: [row(w.dev['GUA1'].identity)])
lie_case('previous is an identity record', stock='bad', after=lambda w: w.d['AST'].chain[0])
lie_case('about an identity record', 'without-effect', about=lambda w: w.dev['AST1'].identity.id)


@case('author: channel is an identity record')
def channel_identity():
    w = World()
    rec = w.say('AST1', channel=w.dev['AST1'].identity.id)
    return w.bundle(w.end(), rec), {('malformed', rec.id)}, None


def head_case(name, line):
    @case('author: checkpoint names ' + name)
    def build():
        w = World()
        rec = w.post('GUA1', 'checkpoint', [('head', '-'), ('identity-head', line(w)), (
            'lacking', '-')], heads=[w.d['BOR'].chain[-1]])
        w.end()
        return w.bundle(), {('malformed', rec.id)}, 'bad'


head_case('a record of the channel as an identity head', lambda w: row(w.text))
head_case('an identity head with a wrong number', lambda w: row(w.d['BOR'].chain[-1], 7))
head_case('an identity head with a wrong author', lambda w: row(
    w.d['BOR'].chain[-1], author=w.d['AST'].id))


def graft_case(name, kind, stock, signer, root):
    """An identity record that says to be of Astoria's chain and goes on from another record."""
    @case('identity record goes on from ' + name)
    def build():
        w = World()
        before = root(w)
        graft = Record(before.header, number=before.number, founding=w.d['AST'].id)
        graft.past.update(before.past)
        rec = w.d[signer].revoke(w.dev['AST2'], [], previous=graft)
        w.checkpoint('GUA1', rec)
        w.end()
        return w.bundle(), {(kind, rec.id)}, stock


graft_case('a record of the channel', 'malformed', 'bad', 'AST', lambda w: w.text)
graft_case('the chain of others, whose custodians sign', 'malformed', 'bad', 'BOR',
           lambda w: w.d['BOR'].chain[-1])
graft_case('the chain of others, its own custodians sign', 'bad-signature', 'bad', 'AST',
           lambda w: w.d['BOR'].chain[-1])


def checkpoint_case(name, **lines):
    @case('author: ' + name)
    def build():
        w = World()
        fields = [(key.replace('_', '-'), v) for key in ('head', 'identity_head', 'lacking')
                  for v in sorted(lines.get(key, ['-']))]
        rec = w.post('GUA1', 'checkpoint', fields)
        w.end()
        return w.bundle(), {('malformed', rec.id)} if lines else set(), None


def many(number, row='{0} 0 {0}'):
    return [row.format(pseudo(f'one of many, {n}').hex()) for n in range(number)]


checkpoint_case('checkpoint of nothing')
checkpoint_case('header over the limit', lacking=many(1800, '{0}'))
checkpoint_case('513 heads', head=many(513))
checkpoint_case('65 identity heads', identity_head=many(65))


@case('author: first record does not name the opening')
def no_opening():
    w = World()
    rec = w.say('AST2', sees=[], clock=1)
    w.end()
    return w.bundle(), {('malformed', rec.id)}, None


@case('author: about what it had not seen')
def not_seen():
    w = World()
    other = w.say('BOR1')
    rec = w.say('AST1', sees=[], about=other.id)
    w.end()
    return w.bundle(), {('without-effect', rec.id)}, None


@case('author: about a record of another channel')
def other_channel():
    w = World()
    first = w.post('AST1', 'channel', [('name', 'Fishing'), *sorted(
        ('member', f'{w.d[c].id} {c} party') for c in ('AST', 'BOR'))])
    rec = w.say('AST1', about=first.id)
    return w.bundle(w.end(), first), {('without-effect', rec.id)}, None


@case('author: sees a record that nobody holds')
def seen_unknown():
    w = World()
    ghost = pseudo('ghost').hex()
    tip = last_of(w, 'BOR1')
    w.say('AST1', seen=[f'{tip.author} {tip.number + 1} {ghost}'], clock=40)
    w.end()
    return w.bundle(), {('truncated', ghost)}, 'bad'


@case('author: signs as a device of another delegation')
def author_swapped():
    w = World()
    rec = w.say('BOR1', identity=w.dev['AST1'].identity.id)
    w.end('GUA1')
    return w.bundle(), {('unknown-key', rec.id)}, 'bad'


@case('author: device that no delegation enrolled')
def stranger():
    w = World()
    device = Device(w.d['AST'], 'never enrolled')
    device.identity = w.dev['AST1'].identity
    w.dev['BAD'] = device
    rec = w.say('BAD')
    w.end()
    return w.bundle(), {('unknown-key', rec.id)}, 'bad'


# Replay.

@case('replay: a record of another negotiation lies beside')
def replay():
    w, other = World(), World(' and the lake')
    w.end()
    rec = other.proposal
    files = w.bundle()
    files['records/' + rec.id] = rec.header
    files[f'records/{rec.id}.sig'] = signed_as(rec, raw_of(rec))
    return sums(files), {('replay', rec.id)}, 'bad'


@case('replay: a record of another negotiation is named')
def replay_named():
    w, other = World(), World(' and the lake')
    rec = other.proposal
    bad = w.say('BOR1', seen=[row(rec)], clock=rec.clock + 20)
    bad.past[rec.id] = rec
    w.end('GUA1')
    return w.bundle(), {('replay', rec.id)}, 'bad'


@case('replay: the same words, signed anew for this negotiation by nobody')
def replay_renamed():
    w, other = World(), World(' and the lake')
    w.end()
    rec = other.say('AST1', negotiation=w.c)
    files = w.bundle(more=[rec])
    return files, {('replay', rec.id)}, None


@case('replay: a record later than R')
def later():
    w = World()
    last, after = w.end(), w.say('AST1')
    files = w.bundle(last, more=[after])
    return files, {('replay', after.id)}, 'bad'


# Without effect.

def effect_case(name, act):
    @case('effect: ' + name)
    def build():
        w = World()
        rec = act(w)
        w.end()
        return w.bundle(), {('without-effect', rec.id)} if rec else set(), 'good'


def weak(w, words):
    """AST2 is given fewer powers."""
    w.d['AST'].powers(w.dev['AST2'], 'Delegate 2', words, 40)


def powerless(words, act):
    def run(w):
        weak(w, words)
        return act(w)
    return run


def versioned(w, who):
    return w.post(who, 'version', [('symbol', f'{who}/V'), ('text', w.text.id), ('base', w.text.id),
                                   ('incorporates', w.proposal.id)], 'The river is shared, twice.')


def membership(w, who, change, seat, delegation, joining='-'):
    return w.post(who, 'membership', [('change', change), ('seat', seat), ('delegation', delegation),
                                      ('joining', joining), ('history', 'full')])


def nothing(act):
    def run(w):
        act(w)
    return run


effect_case('party accepts', nothing(lambda w: w.position('BOR1', w.proposal.id)))
effect_case('issuer issues a version', nothing(lambda w: versioned(w, 'MED1')))
effect_case('party issues a version', lambda w: versioned(w, 'AST1'))
effect_case('mediator takes a position', lambda w: w.position('MED1', w.proposal.id))
effect_case('guarantor proposes', lambda w: w.propose('GUA1', 'GUA/L.1'))
effect_case('guarantor speaks', nothing(lambda w: w.say('GUA1')))
effect_case('position on a statement', lambda w: w.position('BOR1', w.say('AST1').id))
effect_case('proposal on what is no text', lambda w: w.propose('BOR1', 'BOR/1', text=w.proposal.id))
effect_case('withdrawal of the paper of others', lambda w: w.post(
    'BOR1', 'withdrawal', [('target', w.proposal.id)]))
effect_case('withdrawal by the other device of its delegation', nothing(lambda w: w.post(
    'AST2', 'withdrawal', [('target', w.proposal.id)])))
effect_case('no power to propose', powerless('read talk', lambda w: w.propose('AST2', 'AST/L.2')))
effect_case('no power to speak', powerless('read position', lambda w: w.say('AST2')))
effect_case('power to read only, checkpoint', powerless('read', nothing(lambda w: w.post(
    'AST2', 'checkpoint', [('head', '-'), ('identity-head', '-'), ('lacking', '-')]))))
effect_case('unknown kind', lambda w: w.post('AST1', 'toast', [('glass', 'raised'), ('to', 'peace')]))
effect_case('joining for a seat that is not there', lambda w: w.post(
    'AST1', 'joining', [('seat', 'ZZZ')]))
effect_case('joining for a seat given to another', lambda w: w.post(
    'AST1', 'joining', [('seat', 'MED')]))
effect_case('membership by a party', lambda w: membership(w, 'AST1', 'remove', 'BOR', w.d['BOR'].id))
effect_case('membership for a filled seat', lambda w: membership(
    w, 'MED1', 'add', 'AST', w.d['AST'].id, w.member['AST'][0].id))
effect_case('membership with the joining of another', lambda w: membership(
    w, 'MED1', 'add', 'AST', w.d['AST'].id, w.member['BOR'][0].id))
effect_case('removal of who does not sit there', lambda w: membership(
    w, 'MED1', 'remove', 'AST', w.d['BOR'].id))


def remove(w, sees=None):
    return w.post('MED1', 'membership', [('change', 'remove'), ('seat', 'AST'), (
        'delegation', w.d['AST'].id), ('joining', '-'), ('history', 'full')])


@case('effect: the removed speaks after its removal')
def removed():
    w = World()
    before = w.say('AST1')
    remove(w)
    after = w.say('AST1')
    w.end()
    assert before.number < after.number
    return w.bundle(), {('without-effect', after.id)}, 'good'


@case('effect: the removed speaks beside its removal')
def removed_beside():
    w = World()
    remove(w)
    beside = w.say('AST1', sees=[])
    w.end()
    return w.bundle(), {('without-effect', beside.id)}, 'good'


@case('effect: removed and admitted again')
def admitted_again():
    w = World()
    remove(w)
    during = w.say('AST1')
    w.n.admit(w.dev['MED1'], w.dev['AST1'], 'AST')
    w.say('AST1')
    w.end()
    return w.bundle(), {('without-effect', during.id)}, 'good'


@case('effect: not yet a member')
def not_member():
    w = World()
    delegation = Delegation('NEW', 'Newland')
    device = w.dev['NEW1'] = Device(delegation, 'newcomer')
    delegation.powers(device, 'Delegate of Newland', ALL)
    rec = w.say('NEW1')
    w.end()
    return w.bundle(), {('without-effect', rec.id)}, 'good'


@case('effect: admission by vote is of a later version')
def by_vote():
    w = World(admission='parties')
    w.end()
    rest = [r for r in w.n.records if r.kind not in ('charter', 'joining', 'text')]
    return w.bundle(), {('without-effect', r.id) for r in rest}, 'good'


# Archives that are none.

def archive_case(name, change):
    @case('archive: ' + name)
    def build():
        w = World()
        w.end()
        return change(w.bundle()), UNREADABLE, None


archive_case('empty', lambda f: b'')
archive_case('noise', lambda f: pseudo('noise', 4096))
archive_case('cut short', lambda f: tar(f)[:-9000])
archive_case('a symbolic link', lambda f: tar_entry('AAA', b'', b'2') + tar(f))
archive_case('a hard link', lambda f: tar_entry('AAA', b'', b'1') + tar(f))
archive_case('a directory', lambda f: tar_entry('records/', b'', b'5') + tar(f))
archive_case('a device', lambda f: tar_entry('AAA', b'', b'3') + tar(f))
archive_case('one name twice', lambda f: tar_entry('INDEX.txt', f['INDEX.txt']) + tar(f))
archive_case('a name that climbs', lambda f: tar(put(f, '../../evil', b'x')))
archive_case('an absolute name', lambda f: tar(put(f, '/evil', b'x')))
archive_case('no SHA256SUMS', lambda f: tar({k: v for k, v in f.items() if k != 'SHA256SUMS'}))
archive_case('no SCOPE.txt', lambda f: tar(put(f, 'SCOPE.txt', None)))
archive_case('a length that overruns', lambda f: tar(f).replace(b'%011o' % len(f['SHA256SUMS']),
                                                             b'77777777777'))
