import type {Installed} from '../../packages/installed.ts'
import type {Package, PackageManager} from '../../packages/package.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, byName, difference, listed, onlyIn, rulesOf, unequal} from '../difference.ts'
import {versionMessage} from '../versions/versions.ts'

const rule = rulesOf('os')

const version = rule(
  'os.package.version',
  'warning',
  'A package of the operating system has another version.',
  'Build both from the same base image, and install packages in one layer from the same archive (a snapshot, or with versions named).',
)
const missing = rule(
  'os.package.missing',
  'error',
  'A package of the operating system is on one side alone.',
  'What needs it fails on the other side. Install it there, or take it out here.',
)
const architecture = rule(
  'os.package.architecture',
  'warning',
  'A package of the operating system is made for another architecture.',
  'Build both for the same platform (`--platform`).',
)

export const packageRules = [version, missing, architecture]

/** `whole`: whether a package that a side does not list is not there; a database that can't be read says nothing. */
export const comparePackages = (
  {a, b}: Both<readonly Installed[]>,
  names: Both<string>,
  whole: Both<boolean> = {a: true, b: true},
): Finding[] =>
  (['dpkg', 'apk', 'rpm'] as const).flatMap((manager) =>
    byName(entries(a, manager), entries(b, manager)).flatMap(([name, found]) => {
      if (found.a !== undefined && found.b !== undefined)
        return compareOne(manager, name, {a: found.a, b: found.b}, names)
      if (found.a === undefined ? !whole.a : !whole.b) return []
      const values = {
        ...(found.a && {a: listed(found.a.map(versionOf))}),
        ...(found.b && {b: listed(found.b.map(versionOf))}),
      }
      return [onlyIn(missing, name, `package ${name}`, values, names)]
    }),
  )

const versionOf = ({version: text}: Package) => text

/** A name can be there more than once: for several architectures, or rpm's several versions. */
const entries = (installed: readonly Installed[], manager: PackageManager): Map<string, Package[]> =>
  Map.groupBy(
    installed.filter((each) => each.manager === manager).flatMap(({packages}) => packages),
    ({name}) => name,
  )

const compareOne = (
  manager: PackageManager,
  name: string,
  {a, b}: Both<readonly Package[]>,
  names: Both<string>,
): Finding[] => {
  const versions = {a: listed(new Set(a.map(versionOf))), b: listed(new Set(b.map(versionOf)))}
  const architectures = {a: listed(a.map((each) => each.architecture)), b: listed(b.map((each) => each.architecture))}
  return [
    ...(versions.a === versions.b
      ? []
      : [difference(version, {subject: name, message: versionMessage(name, manager, versions, names), ...versions})]),
    ...unequal(architecture, name, `the architecture of ${name}`, architectures, names),
  ]
}
