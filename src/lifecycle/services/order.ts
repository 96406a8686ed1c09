import {ImmError} from '../../errors.ts'
import type {Dependency} from './spec.ts'

/** An app or a service, as far as the order of starts goes. */
export interface OrderNode {
  name: string
  dependsOn: readonly Dependency[]
}

/**
 * Names in the order in which they may start: each group after those before it, what is in a group at once. COMPOSE_INVALID for a cycle, and
 * for something required that isn't there.
 */
export const startOrder = (nodes: readonly OrderNode[]): readonly (readonly string[])[] => {
  const byName = new Map(nodes.map((node) => [node.name, node]))
  for (const node of nodes)
    for (const {name, required} of node.dependsOn)
      if (required && !byName.has(name))
        throw new ImmError('COMPOSE_INVALID', `${node.name} depends on ${name}, and there is no such service`)
  const groups: string[][] = []
  const placed = new Set<string>()
  while (placed.size < byName.size) {
    const free = [...byName.values()].filter(
      ({name, dependsOn}) => !placed.has(name) && dependsOn.every((on) => placed.has(on.name) || !byName.has(on.name)),
    )
    if (free.length === 0) throw cycleAmong([...byName.values()].filter(({name}) => !placed.has(name)))
    for (const {name} of free) placed.add(name)
    groups.push(free.map(({name}) => name))
  }
  return groups
}

/** Each of these depends on another of them: going on from one to the next comes around. */
const cycleAmong = (left: readonly OrderNode[]): ImmError => {
  const names = new Set(left.map(({name}) => name))
  const path: string[] = []
  let at = left[0]
  while (at && !path.includes(at.name)) {
    path.push(at.name)
    const next = at.dependsOn.find(({name}) => names.has(name))?.name
    at = left.find(({name}) => name === next)
  }
  const cycle = at ? [...path.slice(path.indexOf(at.name)), at.name] : path
  return new ImmError('COMPOSE_INVALID', `services depend on each other in a circle: ${cycle.join(' -> ')}`, {
    next: 'Take one of these out of `depends_on`.',
  })
}
