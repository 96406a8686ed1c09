import type {FilesSide} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, counted, difference, rulesOf} from '../difference.ts'

const rule = rulesOf('files')

const digest = rule(
  'files.digest',
  'error',
  'The files differ, and a side has no list of them to say which.',
  'A lock file keeps digests alone. The application may be among them, whatever else differs: compare with the image itself to see which do.',
)

export const unlistedRules = [digest]

/** For sides of which one has no list. */
export const compareUnlisted = ({a, b}: Both<FilesSide>, names: Both<string>): Finding[] => {
  if (a.digest === b.digest) return []
  const [without] = [a, b].flatMap((side, at) => (side.list === undefined ? [at === 0 ? names.a : names.b] : []))
  return [
    difference(digest, {
      subject: 'files',
      message: `${names.a} has other files (${counted(a.count, 'file')}) than ${names.b} (${counted(b.count, 'file')}); which, can't be told, as ${without} has no list of them`,
      a: a.digest,
      b: b.digest,
    }),
  ]
}
