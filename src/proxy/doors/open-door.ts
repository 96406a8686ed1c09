import type {AddressInfo} from 'node:net'

import {isSystemError} from '../../socket/system-error.ts'
import type {PortServer} from '../accept.ts'
import type {Inherit} from '../handover/inherit.ts'
import {listen, openOn} from '../listen.ts'
import type {OpenPort} from '../listen.ts'
import {portHolder} from '../port-holder.ts'
import {notHere} from './door-state.ts'
import type {Doorway} from './doorway.ts'

export interface OpenedDoor {
  opened?: OpenPort
  /** why it is not */
  problem?: string
}

/** Listens where the door is asked for, or was before, or may be as well. */
export const openDoor = async (
  way: Doorway,
  others: Iterable<Doorway>,
  createServer: () => PortServer,
  inherit: Inherit | undefined,
): Promise<OpenedDoor> => {
  const {door, port: before} = way
  const anywhere = door.port === 0 || door.flexible === true
  const chosen = [...(anywhere ? [before] : []), door.port].filter((port) => port !== 0)
  const ports = new Set(anywhere ? [...chosen, 0] : chosen)
  const known = [...others]
  let taken: number | undefined
  for (const port of ports) {
    const server = createServer()
    try {
      await listen(server, port, door.host, inherit)
      return {opened: openOn((server.address() as AddressInfo).port, [door.host], [server])}
    } catch (error) {
      server.close()
      if (isSystemError(error, 'EADDRINUSE')) taken ??= port
      else return {problem: whyNot(error, door.host, port)}
    }
  }
  return {problem: await whoHas(door.host, taken ?? door.port, known)}
}

const whyNot = (error: unknown, host: string, port: number): string => {
  if (isSystemError(error, 'EADDRNOTAVAIL', 'EAFNOSUPPORT')) return notHere(host)
  if (isSystemError(error, 'EACCES')) return `this user may not listen on port ${port}`
  return error instanceof Error ? error.message : String(error)
}

const whoHas = async (host: string, port: number, others: readonly Doorway[]): Promise<string> => {
  const other = others.find((way) => way.door.host === host && way.port === port)
  const holder = other?.route.id ?? (await portHolder(port))
  return `port ${port} of ${host} is taken${holder === undefined ? '' : ` by ${holder}`}`
}
