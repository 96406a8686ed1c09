import {realpath, rm} from 'node:fs/promises'
import path from 'node:path'

/** Removes what lies in a directory; nothing where a link on the way leads elsewhere. */
export const removeInside = async (directory: string, name: string): Promise<void> => {
  const file = path.join(directory, name)
  const root = await realpath(directory)
  const parent = await realpath(path.dirname(file)).catch(() => undefined)
  if (parent === path.join(root, path.dirname(name))) await rm(file, {recursive: true, force: true})
}
