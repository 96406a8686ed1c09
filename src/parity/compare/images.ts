import type {ImageSide} from '../facts.ts'
import type {Finding} from '../report/finding.ts'
import {type BaseChange, baseChange, baseFinding, compareAges, compareBases, withBrought} from './causes/base.ts'
import {byBase, byDistribution, byRuntimeVersion, bySystem, type Explanation} from './causes/brought.ts'
import {byLockedVersion} from './causes/by-lock.ts'
import {noParents, type Parents, withCauses} from './causes/parents.ts'
import type {Both} from './difference.ts'
import {compareFiles} from './files/compare.ts'
import type {FileDifference} from './files/differences.ts'
import type {FileContext} from './files/files.ts'
import {compareIdentity} from './image/identity.ts'
import {compareImage} from './image/image.ts'
import {compareLabels} from './image/labels.ts'
import {compareDependencies} from './libraries/dependencies.ts'
import {compareLocks} from './libraries/locks.ts'
import {compareRuntimes} from './libraries/runtimes.ts'
import {comparePackages} from './os/packages.ts'
import {compareOsRelease} from './os/release.ts'

export interface ImageContext extends Omit<FileContext, 'packagesDiffer'> {
  /** whether a part could not be read as a whole on a side, so that what it does not list may be there */
  isWhole: (part: 'packages' | 'runtimes' | 'dependencies' | 'files') => Both<boolean>
  /** of the configuration: some of it is brought by what is in the image */
  config: readonly Finding[]
}

/** What is in two images, and what brings what. */
export const compareImages = (sides: Both<ImageSide>, context: ImageContext): Finding[] => {
  const {names} = context
  const facts = [...context.config, ...factsOf(sides, context)]
  const platform = facts.find(({rule}) => rule === 'image.platform')
  const change = baseChange(sides, names, platform !== undefined)
  const base = change && baseFinding(change, names)
  const parents = noParents()
  explain(facts, parents, [
    ...(base === undefined ? [] : [byBase(base, change?.brings ?? [])]),
    bySystem(facts),
    byRuntimeVersion(facts),
    byLockedVersion(facts, sides),
    byDistribution(facts),
  ])
  // The same base for another platform is no other base, and has other files.
  const owner = change?.brings.length === 0 ? (platform ?? base) : base
  const files = compareFiles(sides, facts, parents, {...context, base: owner, isOfBase: fileOf(change)})
  const all = [...facts, ...files.findings]
  const ofBase = owner === base ? files.ofBase : 0
  const stands = base !== undefined && (ofBase > 0 || all.some((each) => parents.of(each) === base && isBrought(each)))
  if (!stands) return withCauses([...all, ...compareBases(sides, names)], withoutParent(parents, base))
  const brought = all.filter((each) => parents.of(each) === base)
  return withCauses([withBrought(base, brought, ofBase), ...all], parents)
}

/** Age and size follow from a change of the base; they don't make one. */
const isBrought = ({rule}: Finding): boolean => rule !== 'image.base.age' && rule !== 'image.size'

const factsOf = ({a, b}: Both<ImageSide>, {names, isWhole}: ImageContext): Finding[] => [
  ...compareImage({a, b}, names),
  ...compareIdentity({a, b}, names),
  ...compareLabels({a, b}, names),
  ...compareAges({a, b}, names),
  ...compareOsRelease(a.os, b.os, names),
  ...comparePackages({a: a.packages, b: b.packages}, names, isWhole('packages')),
  ...compareRuntimes({a: a.runtimes, b: b.runtimes}, names, isWhole('runtimes')),
  ...compareLocks({a: a.dependencies, b: b.dependencies}, names),
  ...compareDependencies({a: a.dependencies, b: b.dependencies}, names, isWhole('dependencies')),
]

const explain = (findings: readonly Finding[], parents: Parents, explanations: readonly Explanation[]): void => {
  for (const finding of findings) for (const by of explanations) parents.set(finding, by(finding))
}

/** A guess at where the base ends does not take files away from the application, unless packages or runtimes confirm that it changed. */
const fileOf =
  (change: BaseChange | undefined) =>
  (found: FileDifference): boolean =>
    change !== undefined && (change.isKnown || change.brings.length > 0) && change.hasFile(found)

const withoutParent = (parents: Parents, gone: Finding | undefined): Parents => ({
  ...parents,
  of: (finding) => {
    const parent = parents.of(finding)
    return parent === gone ? undefined : parent
  },
})
