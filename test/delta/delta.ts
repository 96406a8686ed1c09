import {completeDelta} from '../../src/delta/complete.ts'
import {isFull} from '../../src/delta/full.ts'
import {planDelta, type DeltaPlan} from '../../src/delta/plan.ts'
import {readTail, type Tail} from '../../src/delta/tail.ts'
import type {ImageEntry, LayerItem} from '../../src/lifecycle/ports.ts'
import {tree, type TreeEntry} from '../support/source-tree.ts'

type Entries = Readonly<Record<string, TreeEntry>>

export interface Case {
  /** after `FROM x` and `WORKDIR /app`, which a RUN keeps out of the tail */
  lines: string
  before: Entries
  after: Entries
  /** in the anchor, beside directories that are asked for */
  anchor?: Readonly<Record<string, Partial<ImageEntry>>>
  below?: Readonly<Record<string, Partial<ImageEntry>>>
}

const entry: ImageEntry = {kind: 'directory', mode: 0o755, uid: 0, gid: 0, mtimeMs: 0}

const tailOf = (lines: string): Tail => {
  const tail = readTail(
    `FROM x\nWORKDIR /app\nRUN true\n${lines}`,
    {dockerfile: 'Dockerfile'},
    {workingDir: '', env: {}},
  )
  if (isFull(tail)) throw new Error(tail.reason)
  return tail
}

export const planOf = ({lines, before, after}: Case): DeltaPlan | string => {
  const plan = planDelta(tailOf(lines), tree(before), tree(after))
  return isFull(plan) ? plan.reason : plan
}

/** The layer, one line for each item, without what only keeps directories as they are; a full build as the reason alone. */
export const deltaOf = (given: Case): string[] => {
  const plan = planOf(given)
  if (typeof plan === 'string') return [plan]
  const inAnchor = new Map(
    plan.needs.inAnchor.flatMap((path) => {
      const told = given.anchor?.[path]
      const absent = given.anchor !== undefined && path in given.anchor && told === undefined
      return absent ? [] : [[path, {...entry, ...told}]]
    }),
  )
  const below = new Map(
    plan.needs.below.flatMap((path) => {
      const told = given.below?.[path]
      return told === undefined ? [] : [[path, {...entry, ...told}]]
    }),
  )
  const items = completeDelta(plan, inAnchor, below)
  return isFull(items) ? [items.reason] : items.map(lineOf)
}

const lineOf = (item: LayerItem): string => {
  if (item.kind === 'whiteout' || item.kind === 'opaque') return `${item.kind} ${item.path}`
  const mode = item.kind === 'link' ? `-> ${item.target}` : item.mode.toString(8)
  return `${item.kind} ${item.path} ${mode} ${item.uid}:${item.gid}${item.kind === 'file' ? ` ${item.source}` : ''}`
}
