import type {DoorState} from '../../lifecycle/ports.ts'
import type {Route} from '../routes.ts'
import type {Doorway} from './doorway.ts'
import {whyUnreachable} from './reach.ts'

export const doorStates = ({doors}: Route): readonly DoorState[] =>
  doors.map((way) => {
    const problem = problemOf(way)
    const {door, port, turnedAway} = way
    return {
      ...door,
      port,
      open: problem === undefined,
      ...(problem === undefined ? {} : {problem}),
      ...(turnedAway === 0 ? {} : {turnedAway}),
    }
  })

const problemOf = ({route, door, isOpen, isAway, problem}: Doorway): string | undefined => {
  const why = whyUnreachable(route, door)
  if (why !== undefined) return why
  if (!isOpen) return problem ?? 'it is not open yet'
  return isAway ? notHere(door.host) : undefined
}

export const notHere = (host: string): string => `this host has no address ${host} at the moment`
