// Plays the other side of a conversation with tests/support/signal-peer: published
// implementations of the same protocol. Run by hand, with node 20, when the provider, the guards
// or the wrap change; it writes the transcripts that tests/vectors/test-signal-replay.c replays.
//
//   npm install @signalapp/libsignal-client@0.72.1 \
//     @privacyresearch/libsignal-protocol-typescript@0.0.16      (in a folder outside of this tree)
//   NODE_PATH=FOLDER/node_modules node signal-driver.mjs PEER-PROGRAM tests/vectors/signal
//
// The two are licensed AGPL-3.0-only and GPL-3.0-only. They run as programs of their own and no
// part of them is kept here. Newer versions of the first have no X3DH and cannot take part.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import path from 'node:path'

const require = createRequire(path.join(process.env.NODE_PATH ?? '.', 'x.js'))
const [program, folder] = process.argv.slice(2)
const hex = (bytes) => Buffer.from(bytes).toString('hex')
const bin = (text) => Buffer.from(text, 'hex')
const point = (key) => Buffer.concat([Buffer.from([5]), bin(key)])
const bare = (bytes) => hex(Buffer.from(bytes).subarray(1))

class Peer {
  constructor() {
    this.child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.answers = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]()
    this.transcript = []
  }

  async ask(line) {
    this.child.stdin.write(line + '\n')
    const { value } = await this.answers.next()
    this.transcript.push('> ' + line, '< ' + value)
    return value
  }

  async expect(line, answer) {
    const found = await this.ask(line)
    if (found !== answer) throw new Error(`${line}: ${found}, not ${answer}`)
  }

  end() {
    this.child.stdin.end()
  }
}

// The Rust implementation of the protocol's authors.
function rustSide() {
  const S = require('@signalapp/libsignal-client')
  const identity = S.PrivateKey.generate()
  const address = S.ProtocolAddress.new('paraph', 1)
  const sessions = new Map()
  const prekeys = new Map()
  const signed = new Map()
  let certified

  class Sessions extends S.SessionStore {
    async saveSession(name, record) { sessions.set(name.toString(), record.serialize()) }
    async getSession(name) {
      const found = sessions.get(name.toString())
      return found ? S.SessionRecord.deserialize(found) : null
    }
    async getExistingSessions() { return [] }
  }
  class Identities extends S.IdentityKeyStore {
    async getIdentityKey() { return identity }
    async getLocalRegistrationId() { return 4711 }
    async saveIdentity() { return 0 }
    async isTrustedIdentity(_, key) { return hex(key.serialize()) === hex(certified) }
    async getIdentity() { return null }
  }
  class Prekeys extends S.PreKeyStore {
    async savePreKey(id, record) { prekeys.set(id, record) }
    async getPreKey(id) { return prekeys.get(id) }
    async removePreKey(id) { prekeys.delete(id) }
  }
  class Signed extends S.SignedPreKeyStore {
    async saveSignedPreKey(id, record) { signed.set(id, record) }
    async getSignedPreKey(id) { return signed.get(id) }
  }
  class Kyber extends S.KyberPreKeyStore {
    async saveKyberPreKey() { throw new Error('no Kyber') }
    async getKyberPreKey() { throw new Error('no Kyber') }
    async markKyberPreKeyUsed() { throw new Error('no Kyber') }
  }
  const stores = [new Sessions(), new Identities()]
  const own = [new Prekeys(), new Signed(), new Kyber()]

  return {
    name: 'libsignal-client-0.72.1',
    identity: bare(identity.getPublicKey().serialize()),
    trust(key) { certified = point(key) },
    async bundle(signedId, prekeyId) {
      const signedKey = S.PrivateKey.generate()
      const prekey = S.PrivateKey.generate()
      const signature = identity.sign(signedKey.getPublicKey().serialize())
      signed.set(signedId, S.SignedPreKeyRecord.new(signedId, 0, signedKey.getPublicKey(),
        signedKey, signature))
      prekeys.set(prekeyId, S.PreKeyRecord.new(prekeyId, prekey.getPublicKey(), prekey))
      return ['process', 4711, this.identity, signedId,
        bare(signedKey.getPublicKey().serialize()), hex(signature), prekeyId,
        bare(prekey.getPublicKey().serialize())].join(' ')
    },
    async process(f) {
      const key = (text) => S.PublicKey.deserialize(point(text))
      await S.processPreKeyBundle(S.PreKeyBundle.new(Number(f[0]), 1, Number(f[5]), key(f[6]),
        Number(f[2]), key(f[3]), bin(f[4]), key(f[1])), address, ...stores)
    },
    async encrypt(plain) {
      const message = await S.signalEncrypt(plain, address, ...stores)
      return `${message.type()} ${hex(message.serialize())}`
    },
    async decrypt(type, text) {
      return type === '3'
        ? S.signalDecryptPreKey(S.PreKeySignalMessage.deserialize(bin(text)), address, ...stores,
          ...own)
        : S.signalDecrypt(S.SignalMessage.deserialize(bin(text)), address, ...stores)
    }
  }
}

// An independent implementation in TypeScript. Its later messages have type 1.
async function scriptSide() {
  const T = require('@privacyresearch/libsignal-protocol-typescript')
  const identity = await T.KeyHelper.generateIdentityKeyPair()
  const address = new T.SignalProtocolAddress('paraph', 1)
  const buffer = (bytes) => Uint8Array.from(bytes).buffer
  const rows = new Map()
  let certified
  const store = {
    async getIdentityKeyPair() { return identity },
    async getLocalRegistrationId() { return 815 },
    async isTrustedIdentity(_, key) { return hex(key) === hex(certified) },
    async saveIdentity() { return false },
    async loadPreKey(id) { return rows.get('prekey ' + id) },
    async storePreKey(id, pair) { rows.set('prekey ' + id, pair) },
    async removePreKey(id) { rows.delete('prekey ' + id) },
    async storeSession(name, record) { rows.set('session ' + name, record) },
    async loadSession(name) { return rows.get('session ' + name) },
    async loadSignedPreKey(id) { return rows.get('signed ' + id) },
    async storeSignedPreKey(id, pair) { rows.set('signed ' + id, pair) },
    async removeSignedPreKey(id) { rows.delete('signed ' + id) }
  }
  const cipher = new T.SessionCipher(store, address)

  return {
    name: 'libsignal-protocol-typescript-0.0.16',
    identity: bare(identity.pubKey),
    trust(key) { certified = point(key) },
    async bundle(signedId, prekeyId) {
      const signed = await T.KeyHelper.generateSignedPreKey(identity, signedId)
      const prekey = await T.KeyHelper.generatePreKey(prekeyId)
      await store.storeSignedPreKey(signedId, signed.keyPair)
      await store.storePreKey(prekeyId, prekey.keyPair)
      return ['process', 815, this.identity, signedId, bare(signed.keyPair.pubKey),
        hex(signed.signature), prekeyId, bare(prekey.keyPair.pubKey)].join(' ')
    },
    async process(f) {
      await new T.SessionBuilder(store, address).processPreKey({
        registrationId: Number(f[0]),
        identityKey: buffer(point(f[1])),
        signedPreKey: { keyId: Number(f[2]), publicKey: buffer(point(f[3])),
          signature: buffer(bin(f[4])) },
        preKey: { keyId: Number(f[5]), publicKey: buffer(point(f[6])) }
      })
    },
    async encrypt(plain) {
      const message = await cipher.encrypt(buffer(plain))
      return `${message.type === 1 ? 2 : message.type} ${hex(Buffer.from(message.body, 'binary'))}`
    },
    async decrypt(type, text) {
      const body = bin(text).toString('binary')
      return Buffer.from(type === '3'
        ? await cipher.decryptPreKeyWhisperMessage(body, 'binary')
        : await cipher.decryptWhisperMessage(body, 'binary'))
    }
  }
}

// 175 bytes, different for every number.
function plaintext(number) {
  const blocks = []
  for (let i = 0; i < 6; i++) blocks.push(createHash('sha256').update(`${number} ${i}`).digest())
  return Buffer.concat(blocks).subarray(0, 175)
}

class Talk {
  constructor(peer, side) {
    Object.assign(this, { peer, side, number: 0 })
  }

  async fromUs() {
    const plain = plaintext(this.number++)
    const [verb, type, text] = (await this.peer.ask('enc ' + hex(plain))).split(' ')
    if (verb !== 'enc') throw new Error('enc: ' + type)
    const found = await this.side.decrypt(type, text)
    if (hex(found) !== hex(plain)) throw new Error('they read something else')
  }

  async fromThem() {
    const plain = plaintext(this.number++)
    const message = await this.side.encrypt(plain)
    await this.peer.expect('dec ' + message, 'dec ' + hex(plain))
    return message
  }

  async turns(count) {
    for (let i = 0; i < count; i++) {
      await this.fromUs()
      await this.fromThem()
    }
  }

  async reversedBurst(count) {
    const burst = []
    for (let i = 0; i < count; i++) {
      const plain = plaintext(this.number++)
      burst.push([plain, await this.side.encrypt(plain)])
    }
    for (const [plain, message] of burst.reverse()) {
      await this.peer.expect('dec ' + message, 'dec ' + hex(plain))
    }
  }

  async refusals() {
    const plain = plaintext(this.number++)
    const message = await this.side.encrypt(plain)
    const last = message.at(-1) === '0' ? '1' : '0'
    await this.peer.expect('dec ' + message.slice(0, -1) + last, 'error -10007')
    await this.peer.expect('dec ' + message, 'dec ' + hex(plain))
    await this.peer.expect('dec ' + message, 'error -10010')
  }
}

async function record(makeSide, seed, weBegin) {
  const peer = new Peer()
  const side = await makeSide()
  const talk = new Talk(peer, side)
  side.trust(await peer.ask('seed ' + seed))
  await peer.expect('trust ' + side.identity, 'ok')
  if (weBegin) {
    await peer.expect(await side.bundle(21, 22), 'ok')
    await talk.fromUs()
    await talk.fromUs()
    await talk.fromThem()
  } else {
    await side.process((await peer.ask('bundle 11 12')).split(' ').slice(1))
    await talk.fromThem()
    await talk.fromThem()
    await talk.fromUs()
  }
  await talk.turns(10)
  if (!weBegin) await talk.reversedBurst(50)
  await talk.refusals()
  await talk.turns(2)
  peer.end()
  const file = `${side.name}-${weBegin ? 'we' : 'they'}-begin.txt`
  const head = [`# ${side.name}; ${weBegin ? 'our' : 'their'} side begins the session.`,
    '# Written by tests/support/signal-driver.mjs: > asks, < answers (tests/support/signal-peer.h).']
  writeFileSync(path.join(folder, file), [...head, ...peer.transcript, ''].join('\n'))
  console.log(file, peer.transcript.length, 'lines')
}

await record(rustSide, 1, true)
await record(rustSide, 2, false)
await record(scriptSide, 3, true)
await record(scriptSide, 4, false)
