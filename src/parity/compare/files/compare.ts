import type {ImageSide} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {byLibrary, byLock, byPackage, byPlatform, byRelease, byRuntime} from '../causes/explain-files.ts'
import type {Parents} from '../causes/parents.ts'
import type {Both} from '../difference.ts'
import {type FileDifference, fileDifferences} from './differences.ts'
import {explainedFinding, type FileContext, fileFindings} from './files.ts'
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
  const {names, base} = comparison
  const whole = comparison.isWhole('files')
  const {a, b} = {a: sides.a.files, b: sides.b.files}
  if (!whole.a || !whole.b || a.digest === b.digest) return {findings: [], ofBase: 0}
  // Nothing explains it, however much else differs: among the files may be some that nothing else tells of.
  if (a.list === undefined || b.list === undefined) return {findings: compareUnlisted({a, b}, names), ofBase: 0}
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
    ofBase: base === undefined ? 0 : (groups.get(base)?.length ?? 0),
  }
}

const explanations = (
  sides: Both<ImageSide>,
  facts: readonly Finding[],
  parents: Parents,
  {base, isOfBase}: FileComparison,
) => {
  const library = byLibrary(facts, sides)
  const before = [byPlatform(facts), byRelease(facts), byRuntime(facts, sides)]
  const after = [library, byLock(facts, sides), byPackage(facts)]
  return (found: FileDifference): Finding | undefined => {
    const first = isOfBase(found) ? base : before.map((by) => by(found)).find((each) => each !== undefined)
    if (first === undefined) return after.map((by) => by(found)).find((each) => each !== undefined)
    // What a base or a runtime brings of a library's files, it brings of the library: npm comes with Node.js.
    const its = library(found)
    if (its !== undefined && !first.rule.startsWith('image.platform')) parents.set(its, first)
    return first
  }
}
