import {randomBytes} from 'node:crypto'
import {link, mkdir, open, readFile, rm} from 'node:fs/promises'
import path from 'node:path'

import {isSystemError} from '../socket/system-error.ts'
import {ledgersOf} from './files.ts'

const keyBytes = 32

/** The key of this user's digests, made where there is none. A link, because two processes may make one at a time. */
export const ledgerKey = async (home: string, signal: AbortSignal): Promise<Buffer> => {
  const directory = ledgersOf(home)
  const file = path.join(directory, 'key')
  for (;;) {
    const key = await readKey(file, signal)
    if (key) return key
    await mkdir(directory, {recursive: true, mode: 0o700})
    const draft = path.join(directory, `key.${randomBytes(6).toString('hex')}`)
    try {
      await writeDraft(draft)
      await link(draft, file)
    } catch (error) {
      if (!isSystemError(error, 'EEXIST')) throw error
    } finally {
      await rm(draft, {force: true})
    }
  }
}

const writeDraft = async (file: string): Promise<void> => {
  await using handle = await open(file, 'wx', 0o600)
  await handle.writeFile(randomBytes(keyBytes))
  await handle.sync()
}

const readKey = async (file: string, signal: AbortSignal): Promise<Buffer | undefined> => {
  try {
    const key = await readFile(file, {signal})
    if (key.length === keyBytes) return key
    // Of no use: digests made with it could be tried out.
    await rm(file, {force: true})
    return undefined
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw error
  }
}
