import type {Address, Door, Target} from '../../lifecycle/ports.ts'
import {liveLane} from '../routes.ts'
import type {Route} from '../routes.ts'

const ownPort = ({port, address}: Target): number => port ?? address.port

/** One without, such as a worker's, is written as this host's own: another port there would be anybody's. */
const hasAddress = ({address}: Target): boolean => address.port !== 0

/** Where the port of the container is reached; undefined where it can't be. */
export const addressOf = (target: Target, to: number): Address | undefined => {
  if (!hasAddress(target)) return undefined
  if (to === ownPort(target)) return target.address
  return target.port === undefined ? {host: target.address.host, port: to} : undefined
}

/** Why the door can't lead to what is live. While nothing is, it may. */
export const whyUnreachable = (route: Route, {kind, to}: Door): string | undefined => {
  const target = liveLane(route)?.target
  if (target === undefined) return undefined
  if (!hasAddress(target)) return 'the container listens nowhere'
  if (to === ownPort(target)) return undefined
  if (kind === 'http') return `requests go to port ${ownPort(target)} of the container alone, and ${to} is another`
  if (target.port === undefined) return undefined
  return `only port ${target.port} of the container is published, and this engine's containers have no address of their own here`
}
