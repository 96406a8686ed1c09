import type {Door} from '../../lifecycle/ports.ts'
import type {Route} from '../routes.ts'

/** A door of a route. Mutable: it stays the same while it is asked for in the same way. */
export interface Doorway {
  readonly route: Route
  door: Door
  /** the real one; 0 before it was ever open */
  port: number
  isOpen: boolean
  /** it listens, and its network is gone: it is there again with that */
  isAway: boolean
  /** why it could not be opened, at the last attempt */
  problem: string | undefined
  /** connections from elsewhere that were closed */
  turnedAway: number
}

/** Doors that are the same in this lead on where they are asked for again. */
export const doorKey = ({host, port, to, kind}: Door): string => `${kind} ${host} ${port} ${to}`

/** Gives the route these doors; those that it had stay. */
export const setDoors = (route: Route, doors: readonly Door[]): void => {
  const before = new Map(route.doors.map((way) => [doorKey(way.door), way]))
  const now = new Map(doors.map((door) => [doorKey(door), door]))
  route.doors = [...now].map(([key, door]) => {
    const way = before.get(key)
    if (way === undefined)
      return {route, door, port: door.port, isOpen: false, isAway: false, problem: undefined, turnedAway: 0}
    way.door = door
    return way
  })
}
