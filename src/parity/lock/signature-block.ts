import {unreadable} from './failures.ts'

export interface Signature {
  /** `sha256:…` of the public key that checks it */
  key: string
  /** base64 */
  value: string
}

export interface Split {
  /** what is signed: all in front of the signature, comments too */
  facts: string
  signature?: Signature | undefined
}

const block = /^signature:\n {2}key: (?<key>sha256:[0-9a-f]{64})\n {2}value: (?<value>[A-Za-z\d+/]{86}==)\n$/

/** A file and its signature, which stands last. Line ends are one thing to git on another system, and no reason to distrust a file. */
export const splitSignature = (text: string, file: string): Split => {
  const plain = text.replaceAll('\r\n', '\n')
  const at = plain.search(/^signature:/m)
  if (at === -1) return {facts: plain}
  const facts = plain.slice(0, at)
  const {key, value} = block.exec(plain.slice(at))?.groups ?? {}
  // Nothing may follow: it would be a part of the file that nobody signed.
  if (key === undefined || value === undefined)
    throw unreadable(file, 'its signature is not what it should be', facts.split('\n').length)
  return {facts, signature: {key, value}}
}

export const joinSignature = (facts: string, {key, value}: Signature): string =>
  `${facts}signature:\n  key: ${key}\n  value: ${value}\n`
