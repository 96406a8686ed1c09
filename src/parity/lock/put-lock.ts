import {randomUUID} from 'node:crypto'
import {rename, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'

import {ImmError} from '../../errors.ts'

/** Writes the file in one step: who reads it meanwhile has the one before. A link of that name is replaced, and not followed. */
export const putLock = async (file: string, text: string, signal: AbortSignal): Promise<void> => {
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}`)
  try {
    await writeFile(draft, text, {flag: 'wx', signal})
    await rename(draft, file)
  } catch (error) {
    await rm(draft, {force: true})
    if (signal.aborted) throw signal.reason
    const why = error instanceof Error ? error.message : String(error)
    throw new ImmError('PROJECT_UNWRITABLE', `${file} cannot be written: ${why}`, {cause: error})
  }
}
