# SPDX-License-Identifier: GPL-3.0-or-later
"""Section 5 of PROTOCOL.md: Ed25519 (RFC 8032), the gates that keys must pass, and SSHSIG.

Slow, and not for secrets: it branches on what it computes with. For tests and for verifying."""
import base64
import functools
import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ZERO = 0, 1, 1, 0

# y of the points of order 1, 2, 4 and 8, also not reduced; u of the points of low order.
Y8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022
U8 = 325606250916557431795983626356110631294008115727848805560023387167927233504
LOW_Y = {0, 1, P - 1, P, P + 1, Y8, P - Y8}
LOW_U = {0, 1, P - 1, U8, pow(U8, P - 2, P)}


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def mul(n, p, m=0, q=ZERO):
    """n p + m q, both in one pass."""
    both, out = add(p, q), ZERO
    for i in range(max(n.bit_length(), m.bit_length()) - 1, -1, -1):
        out, which = add(out, out), (n >> i & 1) + 2 * (m >> i & 1)
        out = add(out, (None, p, q, both)[which]) if which else out
    return out


def pack(p):
    z = pow(p[2], P - 2, P)
    return (p[1] * z % P | (p[0] * z % P & 1) << 255).to_bytes(32, 'little')


def unpack(raw):
    """The point, or None where the bytes are no canonical one."""
    y, sign = int.from_bytes(raw, 'little') % 2**255, raw[31] >> 7
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    x = x if (x * x - x2) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - x2) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = unpack((4 * pow(5, P - 2, P) % P).to_bytes(32, 'little'))


def hash_mod(*parts):
    return int.from_bytes(hashlib.sha512(b''.join(parts)).digest(), 'little') % L


def clamp(raw):
    n = int.from_bytes(raw, 'little')
    return n & ~7 & (1 << 255) - 1 & ~(1 << 254) | 1 << 254


@functools.lru_cache(maxsize=None)
def public(seed):
    return pack(mul(clamp(hashlib.sha512(seed).digest()[:32]), BASE))


@functools.lru_cache(maxsize=None)
def sign(seed, message):
    digest = hashlib.sha512(seed).digest()
    a, r = clamp(digest[:32]), hash_mod(digest[32:], message)
    head = pack(mul(r, BASE))
    s = (r + hash_mod(head, public(seed), message) * a) % L
    return head + s.to_bytes(32, 'little')


@functools.lru_cache(maxsize=None)
def gate(raw):
    """The public key as a point, or None unless canonical and of the prime-order subgroup."""
    p = unpack(raw)
    return p if p and p[0] and pack(mul(L, p)) == pack(ZERO) else None


def gate_x25519(raw):
    n = int.from_bytes(raw, 'little')
    return n < P and n not in LOW_U


def verify(key, message, sig):
    """Strictly: S below L, R of no small order, no cofactor, and a key that passes the gate."""
    a, s = gate(key), int.from_bytes(sig[32:], 'little')
    if not a or s >= L or int.from_bytes(sig[:32], 'little') % 2**255 in LOW_Y:
        return False
    return pack(mul(s, BASE, L - hash_mod(sig[:32], key, message), a)) == sig[:32]


# SSHSIG (OpenSSH's PROTOCOL.sshsig), hash sha256.

def string(*parts):
    return b''.join(len(part).to_bytes(4, 'big') + part for part in parts)


def key_blob(key):
    return string(b'ssh-ed25519', key)


def key_id(key):
    return hashlib.sha256(key_blob(key)).hexdigest()


def preimage(namespace, message):
    digest = hashlib.sha256(message).digest()
    return b'SSHSIG' + string(namespace.encode(), b'', b'sha256', digest)


def armor(key, namespace, raw):
    data = b'SSHSIG\0\0\0\1' + string(key_blob(key), namespace.encode(), b'', b'sha256',
                                      string(b'ssh-ed25519', raw))
    text = base64.b64encode(data).decode()
    rows = [text[i:i + 70] for i in range(0, len(text), 70)]
    return '\n'.join(['-----BEGIN SSH SIGNATURE-----', *rows, '-----END SSH SIGNATURE-----',
                      '']).encode()


def signed(key, namespace, message, raw):
    return verify(key, preimage(namespace, message), raw)
