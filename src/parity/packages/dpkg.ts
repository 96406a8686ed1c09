import {type Package, sorted, unreadable} from './package.ts'

/**
 * dpkg's status file (deb-control(5)), or one of the files of status.d that images without a package manager have instead: those state no
 * status. Left out is what is not there any more but for its configuration.
 */
export const dpkgPackages = (status: string): Package[] =>
  sorted(
    status
      .split(/\n[ \t]*\n/)
      .map(fieldsOf)
      .filter((fields) => fields.size > 0 && isThere(fields.get('status')))
      .map(packageOf),
  )

const packageOf = (fields: ReadonlyMap<string, string>): Package => {
  const name = fields.get('package')
  const version = fields.get('version')
  if (name === undefined || version === undefined) throw unreadable('an entry of dpkg has no name or no version')
  return {name, version, architecture: fields.get('architecture') ?? ''}
}

/** The third word: `install ok installed`. */
const isThere = (status: string | undefined): boolean => {
  if (status === undefined) return true
  const word = status.split(/\s+/)[2]
  return word !== 'not-installed' && word !== 'config-files'
}

const wanted = new Set(['package', 'version', 'architecture', 'status'])

/** Names are of any case; lines that begin with a space go on with the field before, and are of none that is wanted. */
const fieldsOf = (stanza: string): Map<string, string> => {
  const fields = new Map<string, string>()
  for (const line of stanza.split('\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase()
    if (wanted.has(name)) fields.set(name, line.slice(colon + 1).trim())
  }
  return fields
}
