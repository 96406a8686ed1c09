import {ImmError} from '../../errors.ts'

/** A package of the operating system. */
export interface Package {
  name: string
  /** all that its manager tells versions apart by: `1:2.3-4` */
  version: string
  architecture: string
}

export type PackageManager = 'dpkg' | 'apk' | 'rpm'

export const unreadable = (what: string): ImmError =>
  new ImmError('PACKAGES_UNREADABLE', `the installed packages can't be read: ${what}`)

/** In one order, whatever that of the database was: managers write theirs anew. */
export const sorted = (packages: readonly Package[]): Package[] =>
  packages.toSorted(
    (a, b) => order(a.name, b.name) || order(a.architecture, b.architecture) || order(a.version, b.version),
  )

const order = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)
