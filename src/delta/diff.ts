import type {SourceDirectory, SourceNode} from '../lifecycle/ports.ts'

/** One path at which two trees differ. */
export interface Difference {
  parts: readonly string[]
  before: SourceNode | undefined
  after: SourceNode | undefined
}

/**
 * Where two trees differ, parents first: a directory only where it comes, goes or has another mode. What is the same in both is not
 * walked. What lies in a directory that came or went is found by `childrenOf`, for those who need it.
 */
export const differences = function* (
  before: SourceDirectory,
  after: SourceDirectory,
  parts: readonly string[] = [],
): Generator<Difference> {
  if (before === after || before.digest === after.digest) return
  // Both are in one order as a rule: walked side by side, most names need no look-up.
  const beside = before.children.entries()
  let met = 0
  for (const [name, now] of after.children) {
    const guess = beside.next().value
    const was = guess?.[0] === name ? guess[1] : before.children.get(name)
    if (was !== undefined) met += 1
    if (now === was) continue
    const at = [...parts, name]
    if (was === undefined || !same(was, now)) yield {parts: at, before: was, after: now}
    if (was?.kind === 'directory' && now.kind === 'directory') yield* differences(was, now, at)
  }
  if (met === before.children.size) return
  for (const [name, was] of before.children)
    if (!after.children.has(name)) yield {parts: [...parts, name], before: was, after: undefined}
}

/** What lies directly in what came or went. */
export const childrenOf = ({parts, before, after}: Difference): Difference[] => [
  ...(before?.kind === 'directory' ? [...before.children] : []).map(([name, node]) => ({
    parts: [...parts, name],
    before: node,
    after: undefined,
  })),
  ...(after?.kind === 'directory' ? [...after.children] : []).map(([name, node]) => ({
    parts: [...parts, name],
    before: undefined,
    after: node,
  })),
]

/** It comes, goes, or becomes another kind of thing. */
export const structural = ({before, after}: Difference): boolean => before?.kind !== after?.kind

/** As one path of an image: of a directory only itself counts. */
export const same = (a: SourceNode, b: SourceNode): boolean => {
  if (a.kind === 'directory' && b.kind === 'directory') return a.mode === b.mode
  if (a.kind === 'file' && b.kind === 'file') return a.hash === b.hash && a.mode === b.mode
  return a.kind === 'link' && b.kind === 'link' && a.target === b.target
}
