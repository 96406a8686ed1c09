import {type Package, sorted, unreadable} from './package.ts'

/**
 * apk's database of installed packages: a letter, a colon and a value in each line, an empty line between packages. Without those that
 * `apk add --virtual .NAME` made up, in many base images: they have no files, and the time of the build as their version.
 */
export const apkPackages = (installed: string): Package[] =>
  sorted(
    installed
      .split(/\n\n+/)
      .filter((stanza) => stanza.trim() !== '')
      .map(packageOf)
      .filter(({name}) => !name.startsWith('.')),
  )

const packageOf = (stanza: string): Package => {
  const fields = new Map(stanza.split('\n').map((line) => [line.slice(0, 2), line.slice(2)]))
  const name = fields.get('P:')
  const version = fields.get('V:')
  if (name === undefined || version === undefined) throw unreadable('an entry of apk has no name or no version')
  return {name, version, architecture: fields.get('A:') ?? ''}
}
