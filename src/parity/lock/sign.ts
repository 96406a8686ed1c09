import {createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify} from 'node:crypto'

import {badSignature} from './failures.ts'
import {joinSignature, splitSignature} from './signature-block.ts'

const howToMake =
  '`openssl genpkey -algorithm ed25519 -out lock.key` makes one, `openssl pkey -in lock.key -pubout -out lock.pub` its public half.'

/** The text of a lock file with a signature by an ed25519 key (PEM); one that it had is replaced. */
export const signLock = (text: string, file: string, privateKeyPem: string): string => {
  const key = keyOf(() => createPrivateKey(privateKeyPem), 'private')
  const {facts} = splitSignature(text, file)
  const value = sign(null, Buffer.from(facts), key).toString('base64')
  return joinSignature(facts, {key: fingerprint(createPublicKey(key)), value})
}

/** LOCK_SIGNATURE unless it was signed by that key and is as it was then. */
export const verifyLock = (text: string, file: string, publicKeyPem: string): {key: string} => {
  const key = keyOf(() => createPublicKey(publicKeyPem), 'public')
  const {facts, signature} = splitSignature(text, file)
  if (signature === undefined)
    throw badSignature(`${file} is not signed`, 'Sign it where it is written: `imm parity lock --sign KEYFILE`.')
  if (signature.key !== fingerprint(key))
    throw badSignature(`${file} is signed by another key, ${signature.key}; the given one is ${fingerprint(key)}`)
  if (!verify(null, Buffer.from(facts), key, Buffer.from(signature.value, 'base64')))
    throw badSignature(`${file} is not as it was when it was signed`)
  return {key: signature.key}
}

/** `sha256:…` of its DER form, as `openssl pkey -pubin -in lock.pub -outform DER | sha256sum` prints. */
const fingerprint = (key: KeyObject): string =>
  `sha256:${createHash('sha256')
    .update(key.export({type: 'spki', format: 'der'}))
    .digest('hex')}`

const keyOf = (read: () => KeyObject, which: 'private' | 'public'): KeyObject => {
  let key: KeyObject
  try {
    key = read()
  } catch {
    // Its words may show a part of the key.
    throw badSignature(`the given file is no ${which} key in PEM without a passphrase`, howToMake)
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw badSignature(`the given key is of type ${key.asymmetricKeyType}, and ed25519 is needed`, howToMake)
  return key
}
