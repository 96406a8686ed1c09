import type {Problem} from '../reduced/problem.ts'
import {valueAt} from '../reduced/value.ts'
import type {Holder} from './found.ts'

/** What the files of all languages are reduced to; some say more. */
export interface Versioned {
  version: string
}

/** The version that a file was found to have. */
export const versionIn = (image: Holder, file: string): string | Problem | undefined => {
  const value = valueAt(image, file) as Versioned | Problem | undefined
  return value !== undefined && 'version' in value ? value.version : value
}
