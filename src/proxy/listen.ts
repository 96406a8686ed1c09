import type {AddressInfo, Server} from 'node:net'

import {ImmError} from '../errors.ts'
import {isSystemError} from '../socket/system-error.ts'
import type {PortServer} from './accept.ts'
import type {Inherit} from './handover/inherit.ts'
import {portHolder} from './port-holder.ts'

/** A port that is listened on, on every loopback address there is, or on others. */
export interface OpenPort extends AsyncDisposable {
  port: number
  /** `127.0.0.1`, `::1` */
  addresses: readonly string[]
  /** Stops accepting; connections without a request under way are closed. */
  stop(): void
  /** What listens on one of the addresses. */
  listener(address: string): Server | undefined
  /** Another process accepts from now on; resolves when none of our connections is left. */
  giveWay(): Promise<void>
}

const attemptsForAnyPort = 20
/** Connections that wait to be accepted. */
export const backlog = 1024

export const loopback: readonly string[] = ['127.0.0.1', '::1']

/** Opens a port on 127.0.0.1 and, where there is IPv6, on ::1. Port 0: any that is free on both. PORT_IN_USE names who has it. */
export const openPort = async (
  port: number,
  remedy: string,
  createServer: () => PortServer,
  inherit?: Inherit,
  addresses = loopback,
): Promise<OpenPort> => {
  for (let attempt = 1; ; attempt++) {
    const servers: PortServer[] = []
    try {
      return await listenOnAll(port, addresses, servers, createServer, inherit)
    } catch (error) {
      for (const server of servers) server.close()
      if (isSystemError(error, 'EADDRINUSE') && port === 0 && attempt < attemptsForAnyPort) continue
      if (isSystemError(error, 'EADDRINUSE')) {
        const holder = await portHolder(port)
        throw new ImmError('PORT_IN_USE', `port ${port} is taken${holder === undefined ? '' : ` by ${holder}`}`, {
          next: remedy,
          cause: error,
        })
      }
      if (isSystemError(error, 'EACCES')) {
        throw new ImmError('PORT_IN_USE', `this user may not listen on port ${port}`, {next: remedy, cause: error})
      }
      throw error
    }
  }
}

const listenOnAll = async (
  wanted: number,
  [first = '127.0.0.1', ...others]: readonly string[],
  servers: PortServer[],
  createServer: () => PortServer,
  inherit: Inherit | undefined,
): Promise<OpenPort> => {
  const server = createServer()
  await listen(server, wanted, first, inherit)
  servers.push(server)
  const {port} = server.address() as AddressInfo
  const addresses = [first]
  for (const address of others) {
    const next = createServer()
    try {
      // Browsers take ::1 for localhost first: a port that is free on 127.0.0.1 alone would lead them to somebody else.
      await listen(next, port, address, inherit)
      servers.push(next)
      addresses.push(address)
    } catch (error) {
      if (!isSystemError(error, 'EADDRNOTAVAIL', 'EAFNOSUPPORT')) throw error
    }
  }
  return openOn(port, addresses, servers)
}

/** What listens on each of the addresses, as one. */
export const openOn = (port: number, addresses: readonly string[], servers: readonly PortServer[]): OpenPort => {
  const stop = (): void => {
    for (const server of servers) {
      server.close()
      server.closeIdleConnections()
    }
  }
  return {
    port,
    addresses,
    stop,
    listener: (address) => servers[addresses.indexOf(address)],
    async giveWay() {
      const closed = servers.map(async (server) => new Promise((resolve) => server.close(resolve)))
      for (const server of servers) server.goAway()
      await Promise.all(closed)
    },
    async [Symbol.asyncDispose]() {
      stop()
      for (const server of servers) server.closeAllConnections()
    },
  }
}

export const listen = async (
  server: PortServer,
  port: number,
  host: string,
  inherit: Inherit | undefined,
): Promise<void> => {
  if (await inherit?.(server, {host, port})) return
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({port, host, backlog, ipv6Only: true}, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
