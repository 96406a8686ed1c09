import {readFile} from 'node:fs/promises'

/** A file's text. Rejects with `signal.reason` once aborted, where Node would reject with an AbortError of its own. */
export const readText = async (file: string, signal: AbortSignal): Promise<string> => {
  signal.throwIfAborted()
  try {
    return await readFile(file, {encoding: 'utf8', signal})
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}
