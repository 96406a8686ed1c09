import {type FileDifference, parentOf} from './differences.ts'

export interface FileGroup {
  subject: string
  differences: readonly FileDifference[]
}

/** With more places than that, one group has all. */
const mostGroups = 6

/** By where they are: files in /app and in /etc are for different people. */
export const groupsOf = (differences: readonly FileDifference[]): FileGroup[] => {
  const groups = [...Map.groupBy(differences, ({path}) => areaOf(path)).values()]
  return (groups.length > mostGroups ? [differences] : groups).map((group) => ({
    subject: commonPath(group),
    differences: group,
  }))
}

const two = new Set(['usr', 'var', 'opt', 'home', 'srv'])

/** `/app`, `/usr/local`; what is in the root itself is together. */
const areaOf = (path: string): string => {
  const [, first = '', second = '', third] = path.split('/')
  if (second === '') return '/'
  return two.has(first) && third !== undefined ? `/${first}/${second}` : `/${first}`
}

/** The path itself where it is one, else the directory that all are below. */
export const commonPath = (group: readonly FileDifference[]): string => {
  const paths = new Set(group.map(({path}) => path))
  const [first = '/'] = paths
  if (paths.size === 1) return first
  let common = parentOf(first)
  while (common !== '/' && ![...paths].every((path) => path.startsWith(`${common}/`))) common = parentOf(common)
  return common
}
