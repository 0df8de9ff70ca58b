#!/usr/bin/env python3
"""Writes the key file of test-keyfile-format.c from the table in crypto/keyfile.h alone.

A second implementation: hashlib for BLAKE2b and crypto_kdf, libargon2 for Argon2id, libsodium for
the one primitive that Python lacks. Prints the file and two derived keys in hexadecimal."""

import ctypes
import hashlib
import struct

sodium = ctypes.CDLL("libsodium.so.23")
argon2 = ctypes.CDLL("libargon2.so.1")

STORE_ID = bytes(range(0x10, 0x20))
STORE_KEY = bytes(range(0x40, 0x60))
KEY_FILE = bytes(range(0x80, 0xA0))
PASSPHRASE = b"six random words of a long list"
SALT = bytes(range(0x20, 0x30))
EPOCH = bytes(range(0xE0, 0xF0))
HEADER = b"paraph-store-key" + struct.pack(">I", 1) + STORE_ID


def text(data):
    return struct.pack(">I", len(data)) + data


def blake2b(purpose, key, data):
    return hashlib.blake2b(text(purpose) + data, key=key, digest_size=32).digest()


def seal(key, nonce, plain, aad):
    out = ctypes.create_string_buffer(len(plain) + 16)
    sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
        out, None, plain, ctypes.c_ulonglong(len(plain)), aad, ctypes.c_ulonglong(len(aad)),
        None, nonce, key)
    return out.raw


def slot(kind, derivation, passes, memory, salt, nonce, pk):
    public = struct.pack(">BBHIQ", kind, derivation, 0, passes, memory) + salt + nonce
    kek = blake2b(b"paraph-kek-1", pk,
                  text(STORE_ID) + text(bytes([kind])) + text(b"") + text(b""))
    return public + seal(kek, nonce, STORE_KEY, HEADER + public)


def subkey(number):
    return hashlib.blake2b(b"", key=STORE_KEY, digest_size=32,
                           salt=struct.pack("<Q", number) + bytes(8),
                           person=b"paraph-k" + bytes(8)).digest()


pk = ctypes.create_string_buffer(32)
argon2.argon2id_hash_raw(2, 16, 1, PASSPHRASE, len(PASSPHRASE), SALT, len(SALT), pk, 32)
maced = (HEADER
         + slot(1, 1, 2, 16384, SALT, bytes(range(0xA0, 0xB8)), pk.raw)
         + slot(3, 0, 0, 0, bytes(16), bytes(range(0xC0, 0xD8)), KEY_FILE)
         + bytes(2 * 104)
         + struct.pack(">IQ", 3, 41) + EPOCH)
whole = maced + blake2b(b"paraph-keyfile-mac-1", subkey(5), maced)
assert len(whole) == 512
print("file", whole.hex())
print("database", subkey(1).hex())
print("journal", blake2b(b"paraph-journal-1", subkey(2), EPOCH).hex())
