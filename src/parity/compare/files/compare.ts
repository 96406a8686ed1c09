import type {ImageSide} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {byLibrary, byLock, byOwner, byPlatform, byRelease, byRuntime} from '../causes/explain-files.ts'
import type {Parents} from '../causes/parents.ts'
import type {Both} from '../difference.ts'
import {type FileDifference, fileDifferences} from './differences.ts'
import {explainedFinding, type FileContext, fileFindings} from './files.ts'
import {changesRights} from './rights.ts'
import {compareUnlisted} from './unlisted.ts'

export interface FileComparison extends Omit<FileContext, 'packagesDiffer'> {
  isWhole: (part: 'files') => Both<boolean>
  base: Finding | undefined
  isOfBase: (found: FileDifference) => boolean
}

/** `facts`: what differs beside the files, by which most of those are explained. */
export const compareFiles = (
  sides: Both<ImageSide>,
  facts: readonly Finding[],
  parents: Parents,
  comparison: FileComparison,
): {findings: Finding[]; ofBase: number} => {
  const {base} = comparison
  const whole = comparison.isWhole('files')
  const {a, b} = {a: sides.a.files, b: sides.b.files}
  if (!whole.a || !whole.b || a.digest === b.digest) return {findings: [], ofBase: 0}
  // Nothing explains it, however much else differs: among the files may be some that nothing else tells of.
  if (a.list === undefined || b.list === undefined) return {findings: compareUnlisted({a, b}, comparison), ofBase: 0}
  const found = fileDifferences({a: a.list, b: b.list})
  const explained = explanations(sides, facts, parents, comparison)
  const groups = Map.groupBy(found, explained)
  const unexplained = groups.get(undefined) ?? []
  groups.delete(undefined)
  const context = {...comparison, packagesDiffer: facts.some(({rule}) => rule.startsWith('os.package.'))}
  const findings = [...groups].flatMap(([parent, differences]) => {
    if (parent === undefined) return []
    const finding = explainedFinding(differences, `files of ${parent.subject}`, context)
    parents.set(finding, parent)
    return [finding]
  })
  return {
    findings: [...fileFindings(unexplained, context), ...findings],
    ofBase: base === undefined ? 0 : found.filter(comparison.isOfBase).length,
  }
}

/** The closest that says it: of a package's files in another base image its package, which the base brings. */
const explanations = (
  sides: Both<ImageSide>,
  facts: readonly Finding[],
  parents: Parents,
  {base, isOfBase, started}: FileComparison,
) => {
  const isForPlatform = base?.rule === 'image.platform'
  const library = byLibrary(facts, sides)
  const lock = byLock(facts, sides)
  const before = [byPlatform(facts, isOfBase), byRelease(facts), byRuntime(facts, sides), byOwner(facts, sides)]
  return (found: FileDifference): Finding | undefined => {
    const ofBase = base !== undefined && !isForPlatform && isOfBase(found) ? base : undefined
    // Whatever else differs, a program that lost its rights is to be looked at.
    if (changesRights(found, started)) return ofBase
    const first = before.map((by) => by(found)).find((each) => each !== undefined)
    const its = library(found)
    const brings = ofBase ?? (first?.rule.startsWith('runtime.') === true ? first : undefined)
    // What a base or a runtime brings of a library's files, it brings of the library: npm comes with Node.js.
    if (its !== undefined && brings !== undefined) parents.set(its, brings)
    return first ?? its ?? lock(found) ?? ofBase
  }
}
