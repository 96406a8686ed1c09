import {randomUUID} from 'node:crypto'
import {appendFile, rename, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'

import {ImmError} from '../../errors.ts'

/** Writes a file in one step. A link of that name is replaced and not followed: in a checkout it may be one that a commit put there. */
export const putFile = async (file: string, content: string, signal: AbortSignal): Promise<void> => {
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}`)
  try {
    await writeFile(draft, content, {flag: 'wx', signal})
    await rename(draft, file)
  } catch (error) {
    await rm(draft, {force: true})
    throw unwritable(file, error, signal)
  }
}

/** Adds to a file of the runner's own. */
export const addTo = async (file: string, content: string, signal: AbortSignal): Promise<void> => {
  try {
    signal.throwIfAborted()
    await appendFile(file, content)
  } catch (error) {
    throw unwritable(file, error, signal)
  }
}

const unwritable = (file: string, cause: unknown, signal: AbortSignal): unknown => {
  if (signal.aborted) return signal.reason
  const why = cause instanceof Error ? cause.message : String(cause)
  return new ImmError('PROJECT_UNWRITABLE', `${file} cannot be written: ${why}`, {
    next: 'See that the directory is there and yours; IMM_CI_DIRECTORY names another.',
    cause,
  })
}
