import {hash as digest} from 'node:crypto'

import type {AppId} from '../release/identity.ts'
import type {Draft, Entry, Link} from './entry.ts'

const end = /^,"hash":"([0-9a-f]{64})"\}$/
const endBytes = ',"hash":""}'.length + 64

/** What the first entry of a ledger is linked to: one ledger can't be taken for another's. */
export const genesis = ({project, environment, app}: AppId): Link => ({
  seq: 0,
  hash: digest('sha256', `imm ledger ${project}/${environment}/${app}`),
})

/** The line of the next entry, with its line break; its hash covers every byte of it, and so the hash of the one before. */
export const lineOf = (draft: Draft, {seq, hash: prev}: Link): {line: string; link: Link} => {
  const body = JSON.stringify({seq: seq + 1, prev, ...draft}).slice(0, -1)
  const hash = digest('sha256', body)
  return {line: `${body},"hash":"${hash}"}\n`, link: {seq: seq + 1, hash}}
}

/** The entry of a line (without its line break); undefined where a byte of it is not as it was written. */
export const entryOf = (line: Buffer): Entry | undefined => {
  const body = line.subarray(0, Math.max(0, line.length - endBytes))
  const stated = end.exec(line.subarray(body.length).toString('latin1'))?.[1]
  // Bytes and not text: decoding would make one of two different lines.
  if (stated === undefined || stated !== digest('sha256', body)) return undefined
  try {
    const entry = JSON.parse(line.toString('utf8')) as Partial<Entry> | null
    const isEntry = Number.isSafeInteger(entry?.seq) && typeof entry?.prev === 'string'
    return isEntry && typeof entry.type === 'string' && typeof entry.time === 'string' ? (entry as Entry) : undefined
  } catch {
    return undefined
  }
}

export const follows = ({seq, prev}: Pick<Entry, 'seq' | 'prev'>, before: Link): boolean =>
  seq === before.seq + 1 && prev === before.hash
