import type {GraphNode} from '../wiring/graph.ts'

/** Each once. */
export const volumeNames = (nodes: readonly GraphNode[]): string[] => [
  ...new Set(nodes.flatMap(({volumes}) => volumes.map(({name}) => name))),
]

/** None where all are on the same: there is nothing to see then. */
export const networksShown = (nodes: readonly GraphNode[]): string[] => {
  const names = [...new Set(nodes.flatMap(({networks}) => networks))]
  return names.length > 1 ? names : []
}
