import type {AppId} from '../release/identity.ts'
import {note, ok, type Finding} from './finding.ts'

export interface LeftoverFacts {
  /** whose each of imm's containers is */
  containers: readonly AppId[]
  /** environments that an `imm dev` looks after */
  held: readonly AppId[]
  /** environments that the proxy routes to */
  routed: readonly AppId[]
}

/** Containers that nobody looks after and no request reaches, as after a kill -9 of everything. */
export const leftoverFindings = ({containers, held, routed}: LeftoverFacts): Finding[] => {
  const known = new Set([...held, ...routed].map(nameOf))
  const left = containers.map(nameOf).filter((name) => !known.has(name))
  if (left.length === 0) return [ok('leftovers', 'no containers without an imm dev or a route')]
  const environments = [...new Set(left)].toSorted()
  return [
    note(
      'leftovers',
      `${left.length} ${left.length === 1 ? 'container' : 'containers'} that no imm dev looks after and no request reaches: ${environments.join(', ')}`,
      'Remove them with `imm down --all` (volumes stay), or start `imm dev` in their project: it goes on with them.',
    ),
  ]
}

const nameOf = ({project, environment}: AppId): string => `${project}/${environment}`
