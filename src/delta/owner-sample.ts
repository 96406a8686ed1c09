import type {SourceNode} from '../lifecycle/ports.ts'
import type {Copy} from './copy.ts'
import {full, type Full} from './full.ts'
import type {PlannedOwner} from './planned.ts'
import {inspect, lookUp, someFile} from './sources.ts'
import type {Tail} from './tail.ts'
import {destinationOf, type View} from './view.ts'

const mostTries = 500

/** A path of the anchor that the copy wrote, and nothing after it: its owner is who `--chown` names. */
export const ownerSample = (tail: Tail, copy: Copy, view: View, inside: ReadonlySet<string>): PlannedOwner | Full => {
  let tries = 0
  const search = (source: Copy['sources'][number], parts: readonly string[], node: SourceNode): string | undefined => {
    tries += 1
    const dest = destinationOf(copy, source, parts, node.kind, inside)
    const winner = dest === undefined ? undefined : view.at(dest)
    if (winner?.kind === 'winner' && winner.copy === copy) return dest
    for (const [name, child] of node.kind === 'directory' ? node.children : []) {
      if (tries > mostTries) return undefined
      const found = search(source, [...parts, name], child)
      if (found !== undefined) return found
    }
    return undefined
  }
  for (const source of copy.sources) {
    const {directories, parents} = inspect(source, view.tree)
    for (const {parts, node} of directories) {
      const found = search(source, parts, node)
      if (found !== undefined) return {as: found}
    }
    const name = someFile(source, view.tree)
    for (const {parts, node} of name === undefined ? [] : parents) {
      const child = name === undefined ? undefined : lookUp(node, [name])
      const found = name === undefined || child === undefined ? undefined : search(source, [...parts, name], child)
      if (found !== undefined) return {as: found}
    }
  }
  return full(`who ${copy.text} gives files to is not certain`, {dockerfile: tail.dockerfile, line: copy.line})
}
