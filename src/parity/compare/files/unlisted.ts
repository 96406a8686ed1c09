import type {DirectorySide, FilesSide} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, byName, counted, difference, type Either, rulesOf} from '../difference.ts'
import {groupsOf} from './groups.ts'
import {tellingFirst} from './places.ts'

const rule = rulesOf('files')

const digest = rule(
  'files.digest',
  'error',
  'The files differ, and a side has no list of them to say which.',
  'A lock file keeps digests alone. The application may be among them, whatever else differs: compare with the image itself to see which do.',
)

export const unlistedRules = [digest]

const shown = 10

const again =
  'Write the lock file again with `imm parity lock`: one of an older imm has a digest that was made otherwise.'

/** For sides of which one has no list: by directories, where both say as much. */
export const compareUnlisted = (
  {a, b}: Both<FilesSide>,
  {names, workdir}: {names: Both<string>; workdir: string},
): Finding[] => {
  if (a.digest === b.digest) return []
  const [without = ''] = [a, b].flatMap((side, at) => (side.list === undefined ? [at === 0 ? names.a : names.b] : []))
  const why = `which, can't be told, as ${without} has no list of them`
  const differing = differingIn({a: a.directories, b: b.directories})
  if (differing.length === 0)
    return [
      difference(digest, {
        subject: 'files',
        message: `${names.a} has other files (${counted(a.count, 'file')}) than ${names.b} (${counted(b.count, 'file')}); ${why}`,
        a: a.digest,
        b: b.digest,
        ...((a.directories === undefined || b.directories === undefined) && {next: again}),
      }),
    ]
  // As if in each directory one file differed.
  const differences = differing.map(({path}) => ({kind: 'content' as const, path: `${path === '/' ? '' : path}/.`}))
  const order = tellingFirst(workdir)
  return groupsOf(differences).map((group): Finding => {
    const places = group.differences
      .map(({path}) => ({path, isExecutable: false}))
      .toSorted(order)
      .map(({path}) => path.slice(0, -2) || '/')
    const [only = '/', ...more] = places
    const isOne = more.length === 0
    const subject = isOne ? only : group.subject
    const where = isOne ? only : `${places.length} directories below ${subject}`
    const values = differing.find(({path}) => isOne && path === only)
    return difference(digest, {
      subject,
      message: `${names.a} has other files in ${where} than ${names.b}; ${why}`,
      ...(values?.a && {a: valueOf(values.a)}),
      ...(values?.b && {b: valueOf(values.b)}),
      ...(!isOne && {details: places.slice(0, shown)}),
    })
  })
}

const valueOf = ({count, digest: of}: DirectorySide): string => `${counted(count, 'file')}, ${of}`

const differingIn = ({a, b}: Either<readonly DirectorySide[]>): (Either<DirectorySide> & {path: string})[] => {
  if (a === undefined || b === undefined) return []
  return byName(new Map(a.map((each) => [each.path, each])), new Map(b.map((each) => [each.path, each]))).flatMap(
    ([path, found]) => (found.a?.digest === found.b?.digest ? [] : [{path, ...found}]),
  )
}
