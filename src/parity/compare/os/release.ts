import type {OsRelease} from '../../os-release.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, rulesOf, unequal} from '../difference.ts'

const rule = rulesOf('os')

const release = rule(
  'os.release',
  'error',
  'The operating system is another, or another release of it.',
  'Its C library, its programs and their settings are others, and native modules built on one need not work on the other. Build both from the same base image.',
)
const point = rule(
  'os.release.point',
  'note',
  'The operating system is at another point release.',
  'It tells how old the packages are; those that differ are named by themselves. Update the base image of the older one.',
)
const name = rule(
  'os.release.name',
  'off',
  'The operating system calls itself otherwise.',
  'The release is the same; only the name for people differs.',
)

export const osReleaseRules = [release, point, name]

export const compareOsRelease = (
  a: OsRelease | undefined,
  b: OsRelease | undefined,
  names: Both<string>,
): Finding[] => {
  const subject = a?.id ?? b?.id ?? ''
  const differs = unequal(release, subject, 'the operating system', {a: idOf(a), b: idOf(b)}, names)
  if (differs.length > 0 || a === undefined || b === undefined) return differs
  const points = {a: a.pointRelease ?? 'unknown', b: b.pointRelease ?? 'unknown'}
  return [
    ...(points.a === 'unknown' || points.b === 'unknown'
      ? []
      : unequal(point, subject, `the point release of ${subject}`, points, names)),
    ...unequal(name, subject, 'the name of the operating system', {a: a.name, b: b.name}, names),
  ]
}

const idOf = (os: OsRelease | undefined): string => (os === undefined ? 'unknown' : `${os.id} ${os.version}`.trim())
