import {ImmError} from '../../../src/errors.ts'
import type {PublishedPort} from '../../../src/release/container.ts'
import type {Container} from './container.ts'

let free = 40_000

/** Ports of this host as the engine gives them, none to two containers. */
export const publish = (
  published: readonly PublishedPort[],
  containers: Iterable<Container>,
): Required<PublishedPort>[] => {
  const taken = new Set(
    [...containers]
      .filter((container) => container.instance().state === 'running')
      .flatMap(({published: ports}) => ports.map(({hostPort}) => hostPort)),
  )
  return published.map((port) => {
    const hostPort = port.hostPort ?? ++free
    if (taken.has(hostPort)) throw new ImmError('PORT_IN_USE', `port ${hostPort} is already allocated`)
    return {...port, hostPort}
  })
}
