import {isFile, type Difference} from './difference.ts'
import {above, within} from './paths.ts'

/** Lines for imm.yaml that declare what an application writes, so that it is no drift any more. */
export interface Declaration {
  /** forgotten with every container */
  tmpfs: string
  /** kept from release to release */
  volumes: string
}

/** Where programs write by convention (Filesystem Hierarchy Standard 3.0): a file there tells that its directory is to be declared. */
const variable = ['/tmp', '/run', '/var/cache', '/var/lib', '/var/log', '/var/run', '/var/spool', '/var/tmp']

/** Undefined where no directory can be declared: what is in it comes from the image, or a setting differs. */
export const declarationOf = (differences: readonly Difference[]): Declaration | undefined => {
  const directories = differences.filter(isFile).flatMap(({kind, path, node}) => {
    if (kind !== 'added') return []
    if (node === 'directory') return [path]
    const parent = above(path)[0]
    return parent !== undefined && variable.some((place) => within(parent, place)) ? [parent] : []
  })
  const all = [...new Set(directories)]
  const tops = all.filter((path) => !above(path).some((directory) => all.includes(directory)))
  if (tops.length === 0) return undefined
  return {
    tmpfs: `tmpfs: [${tops.join(', ')}]`,
    volumes: `volumes: [${tops.map((path) => `${nameFor(path)}:${path}`).join(', ')}]`,
  }
}

const nameFor = (path: string): string =>
  path
    .slice(path.lastIndexOf('/') + 1)
    .replaceAll(/[^a-zA-Z0-9_.-]+/g, '-')
    .replace(/^[^a-zA-Z0-9]+/, '') || 'data'
