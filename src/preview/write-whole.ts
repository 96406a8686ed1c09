import {mkdir, rename, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'

/** Whole or not at all, and for its owner's eyes only. For one process at a time. */
export const writeWhole = async (file: string, text: string): Promise<void> => {
  await mkdir(path.dirname(file), {recursive: true, mode: 0o700})
  const draft = `${file}.draft`
  await rm(draft, {force: true})
  await writeFile(draft, text, {mode: 0o600, flag: 'wx'})
  await rename(draft, file)
}
