import {readdir, readFile} from 'node:fs/promises'
import path from 'node:path'

/** The files of a directory as one text, `a/b=content` each. */
export const textOf = async (directory: string): Promise<Buffer> => {
  const entries = await readdir(directory, {recursive: true, withFileTypes: true})
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
  const parts = await Promise.all(
    files.toSorted().map(async (file) => `${path.relative(directory, file)}=${await readFile(file, 'utf8')}`),
  )
  return Buffer.from(parts.join('\n'))
}
