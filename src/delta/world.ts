import type {ImageEntry, SourceDirectory} from '../lifecycle/ports.ts'
import {affectedBy, tooMany} from './affected.ts'
import type {Copy} from './copy.ts'
import {same} from './diff.ts'
import {full, isFull, type Full} from './full.ts'
import {inOrder} from './order.ts'
import {ownerSample} from './owner-sample.ts'
import {ancestorsOf} from './paths.ts'
import type {PlannedItem, PlannedOwner} from './planned.ts'
import {questionsOf} from './questions.ts'
import type {Tail} from './tail.ts'
import {unsure} from './unsure.ts'
import {createView, type View, type Winner} from './view.ts'

/** What a delta does, if the destinations without a slash are what was assumed of them. */
export interface World {
  kind: 'world'
  items: readonly PlannedItem[]
  /** must be real directories in the anchor */
  directories: ReadonlySet<string>
  /** must be in the anchor, and no links */
  solid: ReadonlySet<string>
  /** paths of the anchor whose owners are asked for */
  owners: ReadonlySet<string>
  /** must be absent under the tail, or of the given kind */
  below: ReadonlyMap<string, ImageEntry['kind'] | undefined>
}

const mostItems = 2000
const mostBelow = 64

export const planWorld = (
  tail: Tail,
  before: SourceDirectory,
  after: SourceDirectory,
  inside: ReadonlySet<string>,
): World | Full => {
  const was = createView(tail, before, inside)
  const is = createView(tail, after, inside)
  const affected = affectedBy(tail, before, is, inside)
  if (isFull(affected)) return affected
  const problem = before.digest === after.digest ? undefined : unsure(tail, [before, after], affected)
  if (problem !== undefined) return problem
  const changes: Change[] = []
  for (const path of affected) {
    const change = changeAt(tail, path, was.at(path), is.at(path))
    if (isFull(change)) return change
    if (change !== undefined) changes.push(change)
  }
  const items = itemsOf(changes, is)
  if (isFull(items)) return items
  if (items.size > mostItems) return tooMany
  const below = belowOf(changes)
  if (below.size > mostBelow) return tooMany
  const owned = withOwners(items, (copy) => ownerSample(tail, copy, was, inside))
  if (isFull(owned)) return owned
  const kept = owned.flatMap(({kind, path}) => (kind === 'kept' ? path : []))
  const {directories, solid} = changes.length > 0 ? questionsOf(tail, [before, after]) : {directories: [], solid: []}
  return {
    kind: 'world',
    items: inOrder(owned),
    directories: new Set([...kept, ...directories]),
    solid: new Set(solid),
    owners: new Set(owned.flatMap((item) => ('owner' in item && 'as' in item.owner ? item.owner.as : []))),
    below,
  }
}

interface Change {
  path: string
  was: Winner | undefined
  is: Winner | undefined
}

const changeAt = (
  tail: Tail,
  path: string,
  was: Winner | Full | undefined,
  is: Winner | Full | undefined,
): Change | Full | undefined => {
  if (isFull(was)) return was
  if (isFull(is)) return is
  if (was === undefined && is === undefined) return undefined
  if (was !== undefined && is !== undefined && was.copy === is.copy && same(was.node, is.node)) return undefined
  if (was?.node.kind === is?.node.kind) return {path, was, is}
  const step = tail.steps.find(({dest}) => dest === path || ancestorsOf(dest).includes(path))
  if (step === undefined) return {path, was, is}
  const how = is === undefined ? 'went' : was === undefined ? 'came' : 'became another kind of thing'
  return full(`${path} ${how}, and this line needs it`, {dockerfile: tail.dockerfile, line: step.line})
}

type Unowned = Exclude<PlannedItem, {owner: PlannedOwner}> | {kind: 'written'; path: string; winner: Winner}

const itemsOf = (changes: readonly Change[], view: View): Map<string, Unowned> | Full => {
  const items = new Map<string, Unowned>()
  const gone = new Set(changes.flatMap(({path, is}) => (is === undefined ? path : [])))
  for (const {path, is} of changes) {
    const above = ancestorsOf(path)
    if (is === undefined && above.some((each) => gone.has(each))) continue
    items.set(path, is === undefined ? {kind: 'whiteout', path} : {kind: 'written', path, winner: is})
    for (const each of above) {
      if (items.has(each)) continue
      const winner = view.at(each)
      if (isFull(winner)) return winner
      if (winner !== undefined && winner.node.kind !== 'directory')
        return full(`${each} is no directory, and ${path} lies in it`)
      items.set(each, winner === undefined ? {kind: 'kept', path: each} : {kind: 'written', path: each, winner})
    }
  }
  return items
}

/** Where many paths came or went, their tops are asked for alone: then nothing at all may be there. */
const belowOf = (changes: readonly Change[]): World['below'] => {
  const asked = changes.filter(({was, is}) => was?.node.kind !== is?.node.kind)
  const paths = new Set(asked.map(({path}) => path))
  const tops = asked.filter(({path}) => !ancestorsOf(path).some((each) => paths.has(each)))
  const many = asked.length > mostBelow
  return new Map((many ? tops : asked).map(({path, is}) => [path, many ? undefined : is?.node.kind]))
}

const withOwners = (
  items: ReadonlyMap<string, Unowned>,
  sampleOf: (copy: Copy) => PlannedOwner | Full,
): PlannedItem[] | Full => {
  const owners = new Map<Copy, PlannedOwner>()
  const owned: PlannedItem[] = []
  for (const item of items.values()) {
    if (item.kind !== 'written') {
      owned.push(item)
      continue
    }
    const {copy} = item.winner
    const owner = owners.get(copy) ?? (copy.owner === 'named' ? sampleOf(copy) : copy.owner)
    if (isFull(owner)) return owner
    owners.set(copy, owner)
    owned.push(writtenItem(item.path, item.winner, owner))
  }
  return owned
}

const writtenItem = (path: string, {copy, node, source}: Winner, owner: PlannedOwner): PlannedItem => {
  if (node.kind === 'file') return {kind: 'file', path, mode: copy.mode ?? node.mode, source, owner}
  if (node.kind === 'link') return {kind: 'link', path, target: node.target, mtimeMs: node.mtimeMs, owner}
  return {kind: 'directory', path, mode: copy.mode ?? node.mode, mtimeMs: node.mtimeMs, owner}
}
