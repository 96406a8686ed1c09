import {randomUUID} from 'node:crypto'
import {open, rename, rm} from 'node:fs/promises'

import type {HarEntry} from './har.ts'

/** Writes HAR 1.2 that its owner alone can read; what was there before stays until all of it is on disk. */
export const writeHar = async (
  file: string,
  entries: readonly HarEntry[],
  {version, comment}: {version: string; comment: string},
): Promise<void> => {
  const draft = `${file}.${randomUUID()}.part`
  try {
    await using handle = await open(draft, 'wx', 0o600)
    const head = {version: '1.2', creator: {name: 'imm', version}, comment}
    // An entry at a time: all of them in one string could be longer than one may be.
    await handle.write(`{"log": ${JSON.stringify(head).slice(0, -1)},"entries": [\n`)
    for (const [index, entry] of entries.entries())
      await handle.write(`${JSON.stringify(entry)}${index === entries.length - 1 ? '' : ','}\n`)
    await handle.write(']}}\n')
    await handle.sync()
    await rename(draft, file)
  } catch (error) {
    await rm(draft, {force: true})
    throw error
  }
}
