import type {Server} from 'node:net'

import type {PortServer} from '../accept.ts'
import type {Inherit} from '../handover/inherit.ts'
import type {Place} from '../handover/messages.ts'
import {isLoopbackAddress} from '../hosts.ts'
import {doorRetryMs} from '../limits.ts'
import type {OpenPort} from '../listen.ts'
import type {Log} from '../log.ts'
import type {RouteTable} from '../routes.ts'
import {serialised} from '../serialised.ts'
import type {Doorway} from './doorway.ts'
import {isHere} from './is-here.ts'
import {openDoor} from './open-door.ts'
import {whyUnreachable} from './reach.ts'

/** What listens at the doors of all routes. */
export interface Doors {
  /** Opens and closes what routes want otherwise by now; what can't be opened is tried again by itself. */
  settle(): Promise<void>
  /** Stops accepting; what is under way goes on. */
  stop(): void
  listener(place: Place): Server | undefined
  /** See OpenPort. */
  giveWay(): Promise<void>
  closeAll(): Promise<void>
}

export interface DoorsOptions {
  table: RouteTable
  /** makes the server of a door */
  serve: (way: Doorway) => PortServer
  log: Log
  /** asked the first time alone: afterwards the process before has let go of its sockets */
  inherit: Inherit | undefined
}

export const createDoors = ({table, serve, log, inherit}: DoorsOptions): Doors => {
  const open = new Map<Doorway, OpenPort>()
  const oneAtATime = serialised()
  let first = inherit
  let over = false
  let timer: NodeJS.Timeout | undefined
  const wanted = (): Doorway[] =>
    [...table.byId.values()].flatMap((route) =>
      route.doors.filter(({door}) => whyUnreachable(route, door) === undefined),
    )
  const close = async (way: Doorway, port: OpenPort): Promise<void> => {
    open.delete(way)
    way.isOpen = false
    await port[Symbol.asyncDispose]()
  }
  const openOne = async (way: Doorway): Promise<void> => {
    const {problem: before} = way
    const {opened, problem} = await openDoor(way, open.keys(), () => serve(way), first)
    way.problem = problem
    const name = `the door ${way.door.host}:${way.port} of ${way.route.id}`
    if (opened === undefined) {
      if (problem !== before) log(`${name} is not open: ${problem}`)
      return undefined
    }
    // Another process accepts by now, or nobody should.
    if (over) return opened[Symbol.asyncDispose]()
    if (before !== undefined) log(`${name} is open now`)
    open.set(way, opened)
    way.port = opened.port
    way.isOpen = true
    return undefined
  }
  const look = async (): Promise<void> => {
    for (const [host, ways] of Map.groupBy(open.keys(), ({door}) => door.host)) {
      const isAway = !isLoopbackAddress(host) && !(await isHere(host))
      for (const way of ways) way.isAway = isAway
    }
  }
  const settle = async (): Promise<void> => {
    if (over) return
    const ways = new Set(wanted())
    for (const [way, port] of open) if (!ways.has(way)) await close(way, port)
    for (const way of ways) if (!open.has(way)) await openOne(way)
    first = undefined
    await look()
    clearTimeout(timer)
    if (!over && wanted().some((way) => !open.has(way) || !isLoopbackAddress(way.door.host)))
      timer = setTimeout(() => void oneAtATime(settle), doorRetryMs).unref()
  }
  const end = (): void => {
    over = true
    clearTimeout(timer)
  }
  return {
    settle: async () => oneAtATime(settle),
    stop() {
      end()
      for (const port of open.values()) port.stop()
    },
    listener: ({host, port}) =>
      [...open.values()].find((each) => each.port === port && each.listener(host))?.listener(host),
    async giveWay() {
      end()
      await Promise.all([...open.values()].map(async (port) => port.giveWay()))
    },
    closeAll: async () =>
      oneAtATime(async () => {
        end()
        for (const [way, port] of open) await close(way, port)
      }),
  }
}
