import {createHash} from 'node:crypto'

import type {ImageHolder} from '../image/image.ts'

export const shadow = '/etc/shadow'

/** To be kept when an image is read. */
export const shadowFile = (path: string): number | undefined => (path === shadow ? 1024 * 1024 : undefined)

/**
 * The digest of the file with the passwords, without the day on which each was set: whoever adds a user in a Dockerfile writes the day of the
 * build. Undefined where there is none.
 */
export const shadowDigest = (image: ImageHolder): string | undefined => {
  const content = image.content(shadow)
  if (content === undefined) return undefined
  const lines = content.toString('latin1').split('\n')
  return createHash('sha256').update(lines.map(withoutDay).join('\n'), 'latin1').digest('hex')
}

/** shadow(5): name, password, day of the last change, … */
const withoutDay = (line: string): string => line.replace(/^([^:]*:[^:]*):\d+:/, '$1::')
