import {rmdir} from 'node:fs/promises'
import path from 'node:path'

/** Removes a directory and those above it, below `top`, as far as nothing is in them. */
export const removeEmpty = async (directory: string, top: string): Promise<void> => {
  for (let at = directory; at.startsWith(`${top}${path.sep}`); at = path.dirname(at)) {
    try {
      await rmdir(at)
    } catch {
      // Another app has its files there, or it was never made.
      return
    }
  }
}
