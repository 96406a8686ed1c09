import {generateKeyPairSync} from 'node:crypto'

import test, {type ExecutionContext} from 'ava'

import {isImmError} from '../../../src/errors.ts'
import {readLock} from '../../../src/parity/lock/read-lock.ts'
import {signLock, verifyLock} from '../../../src/parity/lock/sign.ts'
import {writeLock} from '../../../src/parity/lock/write-lock.ts'

const pair = () => {
  const {privateKey, publicKey} = generateKeyPairSync('ed25519')
  return {
    secret: privateKey.export({type: 'pkcs8', format: 'pem'}).toString(),
    open: publicKey.export({type: 'spki', format: 'pem'}).toString(),
  }
}

const [ours, theirs] = [pair(), pair()]
const text = writeLock({name: 'image:shop:1', gaps: []})
const signed = signLock(text, 'imm.lock', ours.secret)

const refuses = (
  t: ExecutionContext,
  given: string,
  key: string,
  message: RegExp,
  code: 'LOCK_SIGNATURE' | 'LOCK_UNREADABLE' = 'LOCK_SIGNATURE',
) => {
  const error = t.throws(() => verifyLock(given, 'imm.lock', key))
  t.true(isImmError(error, code), String(error))
  t.regex(error?.message ?? '', message)
}

test('a signed lock file is checked by the public key, and read like one without', (t) => {
  t.regex(verifyLock(signed, 'imm.lock', ours.open).key, /^sha256:[0-9a-f]{64}$/)
  t.deepEqual(readLock(signed, 'imm.lock'), readLock(text, 'imm.lock'))
  t.true(signed.startsWith(text))
})

test('a file signed again has one signature, the newer', (t) => {
  const again = signLock(signed, 'imm.lock', theirs.secret)
  t.is(again.match(/^signature:/gm)?.length, 1)
  t.notThrows(() => verifyLock(again, 'imm.lock', theirs.open))
  refuses(t, again, ours.open, /another key/)
})

test('any change is found, in a comment as well', (t) => {
  refuses(t, signed.replace('shop:1', 'shop:2'), ours.open, /not as it was/)
  refuses(t, `# checked by me\n${signed}`, ours.open, /not as it was/)
})

test('nothing may follow a signature, and a second one neither', (t) => {
  refuses(t, `${signed}gaps: []\n`, ours.open, /signature/, 'LOCK_UNREADABLE')
  refuses(t, `${signed}${signed.slice(text.length)}`, ours.open, /signature/, 'LOCK_UNREADABLE')
  t.throws(() => readLock(`${signed}run: {}\n`, 'imm.lock'), {code: 'LOCK_UNREADABLE'})
})

test('line ends of another system are no change', (t) => {
  t.notThrows(() => verifyLock(signed.replaceAll('\n', '\r\n'), 'imm.lock', ours.open))
})

test('a file without a signature, or by another key, is not taken for checked', (t) => {
  refuses(t, text, ours.open, /not signed/)
  refuses(t, signed, theirs.open, /another key/)
  // The fingerprint alone is nobody's signature.
  const [fingerprint, forged] = [/key: \S+/, signLock(text, 'imm.lock', theirs.secret)]
  refuses(t, forged.replace(fingerprint, fingerprint.exec(signed)?.[0] ?? ''), ours.open, /not as it was/)
})

test('keys of other kinds are refused, and no part of a key is in the message', (t) => {
  const {privateKey, publicKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'})
  const ec = privateKey.export({type: 'pkcs8', format: 'pem'}).toString()
  refuses(t, signed, publicKey.export({type: 'spki', format: 'pem'}).toString(), /type ec/)
  t.throws(() => signLock(text, 'imm.lock', ec), {code: 'LOCK_SIGNATURE', message: /type ec/})
  const broken = ours.secret.slice(0, 60)
  const error = t.throws(() => signLock(text, 'imm.lock', broken), {code: 'LOCK_SIGNATURE', message: /no private key/})
  t.false(error?.message.includes(broken.slice(30, 50)))
})
