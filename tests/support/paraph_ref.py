# SPDX-License-Identifier: GPL-3.0-or-later
"""A writer of Paraph records and bundles for tests, from docs/PROTOCOL.md alone.

Everything is a pure function of fixed words: seeds, salts and times. It judges nothing, so that
it can write what must be refused as easily as what must be accepted. Keys are throw-away."""
import base64
import functools
import hashlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# The path above must be set first.
from ed25519_ref import (BASE, L, P, add as ed_add, armor, clamp, hash_mod,  # noqa: E402, F401
                         key_blob, mul as ed_mul, pack as ed_pack, preimage, public as ed_public,
                         sign as ed_sign, string)


def sha(data):
    return hashlib.sha256(data).digest()


def pseudo(words, size=32):
    """As many bytes as asked for, the same for the same words."""
    return hashlib.shake_256(b'paraph reference: ' + words.encode()).digest(size)


# X25519 (RFC 7748) and XEdDSA.

@functools.lru_cache(maxsize=None)
def x25519(scalar, u=(9).to_bytes(32, 'little')):
    k, x1 = clamp(scalar), int.from_bytes(u, 'little') & (1 << 255) - 1
    x2, z2, x3, z3, swap = 1, 0, x1, 1, 0
    for t in range(254, -1, -1):
        bit = k >> t & 1
        if swap ^ bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        da, cb, aa, bb = d * a % P, c * b % P, a * a % P, b * b % P
        e = aa - bb
        x3, z3 = (da + cb)**2 % P, x1 * (da - cb)**2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, 'little')


def xeddsa_sign(private, message, random):
    """XEdDSA: a signature of an X25519 key pair, its Edwards sign bit zero."""
    k = clamp(private)
    a = k if not ed_pack(ed_mul(k, BASE))[31] & 0x80 else L - k % L
    public = ed_pack(ed_mul(a, BASE))
    r = hash_mod(b'\xfe' + b'\xff' * 31, (a % L).to_bytes(32, 'little'), message, random)
    head = ed_pack(ed_mul(r, BASE))
    s = (r + hash_mod(head, public, message) * a) % L
    return head + s.to_bytes(32, 'little')


def malleate(raw):
    """The same signature with the group's order added to S: stock tools take it, Paraph does not."""
    return raw[:32] + (int.from_bytes(raw[32:], 'little') + L).to_bytes(32, 'little')


class Key:
    def __init__(self, words):
        self.seed = pseudo(words + ' ed25519')
        self.public = ed_public(self.seed)
        self.blob = key_blob(self.public)
        self.id = sha(self.blob).hex()

    def sign(self, namespace, message):
        return ed_sign(self.seed, preimage(namespace, message))


class Device(Key):
    """A device; `identity` is the head of its delegation's chain that it relies on."""

    def __init__(self, delegation, words):
        super().__init__(words)
        self.delegation, self.words = delegation, words
        self.session_private, self.envelope_private = pseudo(words + ' s'), pseudo(words + ' e')
        self.session, self.envelope = x25519(self.session_private), x25519(self.envelope_private)
        self.identity = None


class Record:
    """A header as written, with what its writer knew of it."""

    def __init__(self, header, **known):
        self.header, self.id = header, sha(header).hex()
        self.signatures, self.blobs, self.past = [], [], {self.id: self}
        self.__dict__.update(known)

    def rely(self, *others):
        for other in others:
            if other is not None:
                self.past.update(other.past)
        return self


def stamp(minute):
    """A time of one invented day: so many minutes after eight."""
    return f'2031-03-{4 + (480 + minute) // 1440:02d}T{(480 + minute) // 60 % 24:02d}:{minute % 60:02d}:00Z'


def header(common, fields, bodies=()):
    """Bytes of a header: pairs of key and value in the order given."""
    rows = ['paraph-record 1']
    rows += [f'{key}: {value}' for key, value in list(common) + list(fields)]
    rows += sorted((f'body: {b}' for b in bodies), key=lambda row: row.encode())
    return ('\n'.join(rows) + '\n\n').encode()


def listed(key, values):
    return [(key, v) for v in sorted(values, key=lambda v: v.encode())] or [(key, '-')]


def blob(words, content):
    return b'paraph-body 1 ' + pseudo(words + ' body').hex().encode() + b'\n' + content


def body_line(role, name, language, data, media='text/plain;charset=utf-8'):
    return f'{role} {name} {language} {media} {len(data)} {sha(data).hex()}'


def cut_line(channel, number, ident):
    return sha(f'cut\n{channel}\n{number}\n{ident}\n'.encode()).hex()


def cut_lines(words, kept):
    lines = [cut_line(r.channel, r.number, r.id) for r in kept]
    lines += [pseudo(f'{words} cut {n}').hex() for n in range(-len(lines) % 8 or 8 * (not lines))]
    return sorted(lines)


class Delegation:
    def __init__(self, code, name, custodians=3, threshold=2):
        self.code, self.name, self.threshold, self.chain = code, name, threshold, []
        keys = [Key(f'{code} custodian {n}') for n in range(custodians)]
        self.custodians = sorted(keys, key=lambda k: k.public)
        spare = sorted(Key(f'{code} next custodian {n}').public.hex() for n in range(custodians))
        text = f'paraph-custodians 1\nthreshold: {threshold}\n'
        self.next_text = text + ''.join(f'custodian: {k}\n' for k in spare)
        self.found()

    def add(self, kind, fields, minute, previous=None, word=''):
        """One identity record, after `previous` (None: the head), signed by a threshold."""
        last = previous or (self.chain[-1] if self.chain else None)
        number = last.number + 1 if last else 0
        common = [('kind', kind), ('negotiation', '-'), ('channel', last.founding if last else '-'),
                  ('author', last.founding if last else '-'), ('identity', '-'), ('number', number),
                  ('previous', last.id if last else '-'), ('seen', '-'), ('clock', number + 1),
                  ('time', stamp(minute)),
                  ('salt', pseudo(f'{self.code} salt {number} {kind}{word}', 16).hex())]
        rec = Record(header(common, fields), kind=kind, number=number, clock=number + 1,
                     namespace='identity@paraph')
        rec.founding = rec.author = rec.channel = last.founding if last else rec.id
        rec.rely(last)
        rec.signatures = [(k, k.sign('identity@paraph', rec.header))
                          for k in sorted(self.custodians, key=lambda k: k.id)[:self.threshold]]
        self.chain.append(rec)
        return rec

    def found(self):
        fields = [('name', self.name), ('code', self.code)]
        fields += listed('custodian', [k.public.hex() for k in self.custodians])
        fields += [('threshold', self.threshold), ('next', sha(self.next_text.encode()).hex())]
        self.id = self.add('delegation', fields, 0).id

    def proof_text(self, device):
        return (f'paraph-device 1\ndelegation: {self.id}\nkey: {device.public.hex()}\n'
                f'session: {device.session.hex()}\nenvelope: {device.envelope.hex()}\n').encode()

    def powers(self, device, person, words, minute=1, **where):
        proof = device.sign('device@paraph', self.proof_text(device))
        fields = [('person', person), ('key', device.public.hex()),
                  ('session', device.session.hex()), ('envelope', device.envelope.hex()),
                  ('powers', words), ('proof', proof.hex())]
        device.identity = self.add('powers', fields, minute, **where)
        return device.identity

    def revoke(self, device, kept, minute=100, reason='lost', **where):
        fields = [('device', device.id), ('reason', reason)]
        fields += listed('cut', cut_lines(f'{self.code} {device.words}', kept))
        return self.add('revocation', fields, minute, **where)


class Negotiation:
    """All records of one negotiation as one observer of everything would hold them."""

    def __init__(self):
        self.charter, self.records, self.blobs, self.tips = None, [], {}, {}

    def past_of(self, rec):
        return rec.past if rec else {}

    def seen_lines(self, device, channel, previous, visible):
        past, new = self.past_of(previous), {}
        for rec in visible:
            if rec.id not in past and rec.author != device.id and rec.channel == channel:
                new.setdefault(rec.author, []).append(rec)
        rows = []
        for chain in new.values():
            tips = [r for r in chain if not any(r is not q and r.id in q.past for q in chain)]
            rows += sorted(tips, key=lambda r: r.id)[:2]
        return rows

    def post(self, device, channel, kind, fields, bodies=(), **change):
        """One record of a device; by default it has seen everything in its channel.

        change: sees (records), heads (identity records that a checkpoint names), minute, word (for
        another salt), after (the record before this one), and any common line by its name, which
        then says that instead."""
        opening = kind in ('charter', 'channel')
        before = change.get('after', None if opening else self.tips.get((device.id, channel)))
        sees = change.get('sees')
        if sees is None:
            sees = [] if opening else self.seen_lines(device, channel, before, self.records)
        number = before.number + 1 if before else 0
        clock = 1 + max([r.clock for r in sees] + [before.clock if before else 0])
        minute = change.get('minute', 2 + len(self.records))
        lines = {'kind': kind, 'negotiation': '-' if kind == 'charter' else self.charter.id,
                 'channel': '-' if opening else channel, 'author': device.id,
                 'identity': device.identity.id, 'number': number,
                 'previous': before.id if before else '-',
                 'seen': sorted(f'{r.author} {r.number} {r.id}' for r in sees) or ['-'],
                 'clock': clock, 'time': stamp(minute)}
        words = f'{device.words} {kind} {minute}{change.get("word", "")}'
        lines['salt'] = pseudo(words, 16).hex()
        lines.update({k: v for k, v in change.items() if k in lines})
        common = []
        for key, value in lines.items():
            common += [(key, v) for v in value] if isinstance(value, list) else [(key, value)]
        blobs = []
        for n, (role, name, language, content) in enumerate(bodies):
            data = blob(f'{words} {n}', content.encode())
            blobs.append((body_line(role, name, language, data), data))
        rec = Record(header(common, fields, [line for line, _ in blobs]), kind=kind, number=number,
                     clock=int(lines['clock']), author=device.id, device=device, time=lines['time'],
                     symbol=dict(fields).get('symbol', '-'), bodies=bodies)
        rec.channel = rec.id if opening else channel
        rec.blobs = [data for _, data in sorted(blobs, key=lambda pair: pair[0].encode())]
        rec.rely(before, device.identity, *sees, *change.get('heads', ()))
        charter = rec if kind == 'charter' else self.charter
        rec.charter = charter
        rec.namespace = 'charter@paraph' if kind == 'charter' else f'record.{charter.id[:32]}@paraph'
        rec.signatures = [(device, device.sign(rec.namespace, rec.header))]
        self.charter = charter
        self.records.append(rec)
        self.tips[device.id, rec.channel] = rec
        return rec

    def convene(self, device, seats, **change):
        fields = [('title', change.pop('title', 'Talks on the river Lume'))]
        fields += listed('seat', seats)
        fields += [('rule', change.pop('rule', 'unanimity')),
                   ('admission', change.pop('admission', 'convener')),
                   ('language', 'en'), ('zone', 'Etc/UTC')]
        fields += listed('issuer', change.pop('issuer', ['MED']))
        fields += [('adoption', 'moves'), ('silence', 'no')]
        return self.post(device, None, 'charter', fields, **change)

    def admit(self, convener, device, seat, **change):
        joining = self.post(device, self.charter.id, 'joining', [('seat', seat)])
        fields = [('change', 'add'), ('seat', seat), ('delegation', device.delegation.id),
                  ('joining', joining.id), ('history', 'full')]
        return joining, self.post(convener, self.charter.id, 'membership', fields, **change)


# Bundles.

def bundle(negotiation, scope, more=()):
    """name -> bytes of a whole bundle, SHA256SUMS included. scope: records R, one a channel."""
    held = dict(negotiation.charter.past)
    for rec in scope:
        held.update(rec.past)
    held.update({rec.id: rec for rec in more})
    files, allowed, index = {}, {}, []
    rows = sorted(f'channel: {r.channel} {r.id}\n' for r in scope)
    files['SCOPE.txt'] = ('paraph-bundle 1\nnegotiation: ' + negotiation.charter.id + '\n'
                          + ''.join(rows)).encode()
    for rec in held.values():
        if rec.namespace == 'identity@paraph':
            files['identity/' + rec.id] = rec.header
            for key, raw in rec.signatures:
                files[f'identity/{rec.id}.{key.id[:16]}.sig'] = armor(key.public, rec.namespace, raw)
                allowed[key.id] = (key, 'identity@paraph')
        else:
            add_record(files, rec)
            if isinstance(rec.device, Key):
                space = f'charter@paraph,record.{negotiation.charter.id[:32]}@paraph'
                allowed[rec.device.id] = (rec.device, space)
    shown = sorted((r for r in held.values() if r.namespace != 'identity@paraph'),
                   key=lambda r: (r.clock, r.author, r.number, r.id))
    for place, rec in enumerate(shown, 1):
        index.append(f'{place} {rec.time} {rec.device.delegation.code} {rec.kind} '
                     f'{rec.symbol} {rec.id}\n')
    files['INDEX.txt'] = ''.join(index).encode()
    files['allowed_signers'] = ''.join(
        f'{ident} namespaces="{space}" ssh-ed25519 {base64.b64encode(key.blob).decode()}\n'
        for ident, (key, space) in sorted(allowed.items())).encode()
    files['lacking.txt'] = files['withheld.txt'] = b''
    for name in ('READ-ME-FIRST.txt', 'PROTOCOL.md', 'VERIFY.sh'):
        files[name] = f'{name} stands here in a bundle of the program.\n'.encode()
    return sums(files)


def add_record(files, rec):
    files['records/' + rec.id] = rec.header
    for key, raw in rec.signatures:
        files[f'records/{rec.id}.sig'] = armor(key.public, rec.namespace, raw)
    for data in rec.blobs:
        files['blobs/' + sha(data).hex()] = data
    for role, name, language, content in rec.bodies:
        if (role, name) == ('text', 'main') and rec.symbol != '-':
            short = rec.symbol.replace('/', '_') + '-' + rec.id[:16]
            language = 'und' if language == '-' else language
            files[f'texts/{short}.{language}.txt'] = content.encode()


def sums(files):
    """The same files with the SHA256SUMS that fits them."""
    files = {k: v for k, v in files.items() if k != 'SHA256SUMS'}
    rows = [f'{sha(data).hex()}  {name}\n' for name, data in sorted(files.items())]
    files['SHA256SUMS'] = ''.join(rows).encode()
    return files


def tar_entry(name, data, kind=b'0'):
    mode = b'0000755' if name == 'VERIFY.sh' else b'0000644'
    prefix, _, short = name.rpartition('/') if len(name) > 100 else ('', '', name)
    head = bytearray(512)
    for at, text in ((0, short.encode()), (100, mode + b'\0' + b'0000000\0' * 2),
                     (124, b'%011o\0' % len(data)), (136, b'00000000000\0'), (148, b' ' * 8),
                     (156, kind), (257, b'ustar\00000'), (329, b'0000000\0' * 2),
                     (345, prefix.encode())):
        head[at:at + len(text)] = text
    head[148:156] = b'%06o\0 ' % sum(head)
    return bytes(head) + data + bytes(-len(data) % 512)


def tar(files):
    return b''.join(tar_entry(n, d) for n, d in sorted(files.items())) + bytes(1024)
