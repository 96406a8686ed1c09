import {hash} from 'node:crypto'
import {readFile} from 'node:fs/promises'

/** What a file outside of every snapshot holds, to compare; empty for one that is not there or can't be read. */
export const fingerprint = async (file: string): Promise<string> => {
  try {
    return hash('sha256', await readFile(file))
  } catch {
    return ''
  }
}

/** By absolute path. */
export type Fingerprints = Map<string, string>

export const fingerprints = async (files: readonly string[]): Promise<Fingerprints> =>
  new Map(await Promise.all(files.map(async (file) => [file, await fingerprint(file)] as const)))
