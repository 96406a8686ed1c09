import type {DoorState} from '../../lifecycle/ports.ts'
import {isLoopbackAddress} from '../hosts.ts'
import type {Route} from '../routes.ts'
import {addressesHere} from './addresses-here.ts'
import type {Doorway} from './doorway.ts'
import {whyUnreachable} from './reach.ts'

export const doorStates = (route: Route): readonly DoorState[] => {
  const here = route.doors.every(({door}) => isLoopbackAddress(door.host)) ? new Set<string>() : addressesHere()
  return route.doors.map((way) => {
    const problem = problemOf(way, here)
    const {door, port, turnedAway} = way
    return {
      ...door,
      port,
      open: problem === undefined,
      ...(problem === undefined ? {} : {problem}),
      ...(turnedAway === 0 ? {} : {turnedAway}),
    }
  })
}

const problemOf = ({route, door, isOpen, problem}: Doorway, here: ReadonlySet<string>): string | undefined => {
  const why = whyUnreachable(route, door)
  if (why !== undefined) return why
  if (!isOpen) return problem ?? 'it is not open yet'
  // What listens goes on listening when its network goes, and is there again with it.
  return isLoopbackAddress(door.host) || here.has(door.host) ? undefined : notHere(door.host)
}

export const notHere = (host: string): string => `this host has no address ${host} at the moment`
