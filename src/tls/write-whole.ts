import {randomUUID} from 'node:crypto'
import {link, mkdir, open, rename, rm} from 'node:fs/promises'
import path from 'node:path'

import {isSystemError} from '../socket/system-error.ts'

/** Writes a file (0600) so that others see all of it or nothing. */
export const writeWhole = async (file: string, text: string): Promise<void> =>
  withDraft(file, text, async (draft) => rename(draft, file))

/** The same for a file that is not there yet; false where somebody else was first. */
export const writeFirst = async (file: string, text: string): Promise<boolean> => {
  try {
    await withDraft(file, text, async (draft) => link(draft, file))
    return true
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false
    throw error
  }
}

const withDraft = async (file: string, text: string, place: (draft: string) => Promise<void>): Promise<void> => {
  const directory = path.dirname(file)
  await mkdir(directory, {recursive: true, mode: 0o700})
  const draft = path.join(directory, `${randomUUID()}.draft`)
  try {
    {
      await using handle = await open(draft, 'wx', 0o600)
      await handle.writeFile(text)
      await handle.sync()
    }
    await place(draft)
  } finally {
    await rm(draft, {force: true})
  }
}
