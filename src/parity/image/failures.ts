import {ImmError} from '../../errors.ts'

/** The archive is cut off, damaged, or no image. */
export const damaged = (what: string, cause?: unknown): ImmError =>
  new ImmError('ARCHIVE_DAMAGED', `the archive can't be read: ${what}`, {cause})

/** The archive asks for what no honest one asks for. */
export const refused = (what: string): ImmError => new ImmError('ARCHIVE_REFUSED', what)
