import type {Dependency, ImageSide} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import type {Both} from '../difference.ts'
import type {FileDifference} from '../files/differences.ts'
import {dependencyKey} from '../libraries/dependencies.ts'
import {lockKey} from '../libraries/locks.ts'
import {isLockFile, libraryFinder} from './library-files.ts'
import {isOfPlatform} from './platform-files.ts'
import {isOfRuntime} from './runtime-files.ts'

/** Why a file differs: a finding that says it already. */
export type Explain = (found: FileDifference) => Finding | undefined

const osFiles =
  /^\/(?:etc\/(?:(?:\w+-)?(?:os-release|release)|debian_version|issue(?:\.net)?|lsb-release)|usr\/lib\/os-release)$/

export const byPlatform = (findings: readonly Finding[], isOfBase: (found: FileDifference) => boolean): Explain => {
  const platform = findings.find(({rule}) => rule === 'image.platform')
  return (found) => (platform !== undefined && isOfPlatform(found, isOfBase(found)) ? platform : undefined)
}

/** The files out of which a release is read. */
export const byRelease = (findings: readonly Finding[]): Explain => {
  const release = findings.find(({rule}) => rule.startsWith('os.release'))
  return ({path}) => (osFiles.test(path) ? release : undefined)
}

export const byRuntime = (findings: readonly Finding[], {a, b}: Both<ImageSide>): Explain => {
  const changed = findings
    .filter(({rule}) => rule.startsWith('runtime.'))
    .flatMap((finding) =>
      [...a.runtimes, ...b.runtimes]
        .filter(({name, path}) => finding.subject === name || finding.subject === `${name} (${path})`)
        .map((runtime) => ({finding, runtime})),
    )
  return ({path}) => changed.find(({runtime}) => isOfRuntime(runtime.name, runtime.path, path))?.finding
}

/** Those alone that findings are of: a side may have 50,000. */
const librariesOf = ({a, b}: Both<ImageSide>, subjects: ReadonlySet<string>): Map<string, Dependency> => {
  const libraries = new Map<string, Dependency>()
  for (const {dependencies} of [a, b])
    for (const each of dependencies) {
      const key = each.source === 'installed' ? dependencyKey(each) : undefined
      if (key !== undefined && subjects.has(key)) libraries.set(key, each)
    }
  return libraries
}

export const byLibrary = (findings: readonly Finding[], sides: Both<ImageSide>): Explain => {
  const differing = findings.filter(({rule}) => rule === 'dependency.missing' || rule.startsWith('dependency.version'))
  const libraries = librariesOf(sides, new Set(differing.map(({subject}) => subject)))
  // Whose files are noted one by one, of that nothing has to be guessed by names.
  const noted = new Set([sides.a, sides.b].flatMap(({files}) => [...new Set(files.owners?.values())]))
  const changed = differing.flatMap((finding) => {
    const library = libraries.get(finding.subject)
    return library === undefined || noted.has(finding.subject) ? [] : [{finding, ...library}]
  })
  const find = libraryFinder(changed)
  return ({path, a, b}) => find(path, a?.target ?? b?.target)?.finding
}

export const byLock = (findings: readonly Finding[], {a, b}: Both<ImageSide>): Explain => {
  const changed = findings
    .filter(({rule}) => rule === 'dependency.lock')
    .flatMap((finding) => {
      const lock = [...a.dependencies, ...b.dependencies].find(
        (each) => each.source === 'lock' && lockKey(each) === finding.subject,
      )
      return lock === undefined ? [] : [{finding, lock}]
    })
  return ({path}) => changed.find(({lock}) => isLockFile(lock, path))?.finding
}

/** What an installer noted as its own, and nobody has written anew since; what stands beside it in the same directory is not. */
export const byOwner = (findings: readonly Finding[], {a, b}: Both<ImageSide>): Explain => {
  const installed = new Map(
    findings
      .filter(({rule}) => /^(?:os\.package\.|dependency\.(?:missing$|version))/.test(rule))
      .map((finding) => [finding.subject, finding]),
  )
  return ({path, a: left, b: right}) => {
    const owners = [left && a.files.owners?.get(path), right && b.files.owners?.get(path)]
    // Both, where both have it: on one side it may be somebody's own.
    if (left !== undefined && right !== undefined && owners.includes(undefined)) return ofManager(installed, path)
    return (
      owners.map((owner) => installed.get(owner ?? '')).find((found) => found !== undefined) ??
      ofManager(installed, path)
    )
  }
}

/** What package managers keep of a package, and its documentation. */
const ofManager = (installed: ReadonlyMap<string, Finding>, path: string): Finding | undefined => {
  const name = packageOf.map((form) => form.exec(path)?.[1]).find((found) => found !== undefined)
  return name === undefined ? undefined : installed.get(name)
}

const packageOf = [
  /^\/var\/lib\/dpkg\/info\/([^/:]+)(?::\w+)?\.\w+$/,
  /^\/var\/lib\/dpkg\/status\.d\/([^/]+?)(?:\.md5sums)?$/,
  /^\/usr\/share\/doc\/([^/]+)(?:\/|$)/,
  /^\/usr\/share\/lintian\/overrides\/([^/]+)$/,
]
