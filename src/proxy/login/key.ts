import {randomBytes} from 'node:crypto'
import {readFile, rm} from 'node:fs/promises'

import {writeFirst} from '../../tls/write-whole.ts'
import {loginPlace} from './place.ts'

const bytes = 32

/** The key that signs, made where there is none; of several at once one makes it. */
export const ensureKey = async (home: string): Promise<Buffer> => {
  const {key} = loginPlace(home)
  await writeFirst(key, `${randomBytes(bytes).toString('hex')}\n`)
  return parseKey(await readFile(key))
}

/** Ends all links and sessions that were given so far. */
export const forgetKey = async (home: string): Promise<void> => rm(loginPlace(home).key, {force: true})

/** Throws for what is no whole key: a short one could be guessed. */
export const parseKey = (text: Buffer): Buffer => {
  const key = Buffer.from(text.toString().trim(), 'hex')
  if (key.length !== bytes) throw new Error('it holds no key')
  return key
}
