import type {AddressInfo} from 'node:net'

import {ImmError} from '../errors.ts'
import {isSystemError} from '../socket/system-error.ts'
import type {PortServer} from './accept.ts'
import {portHolder} from './port-holder.ts'

/** A port that is listened on, on every loopback address there is. */
export interface OpenPort extends AsyncDisposable {
  port: number
  /** `127.0.0.1`, `::1` */
  addresses: readonly string[]
  /** Stops accepting; connections without a request under way are closed. */
  stop(): void
}

const attemptsForAnyPort = 20

/** Opens a port on 127.0.0.1 and, where there is IPv6, on ::1. Port 0: any that is free on both. PORT_IN_USE names who has it. */
export const openPort = async (port: number, remedy: string, createServer: () => PortServer): Promise<OpenPort> => {
  for (let attempt = 1; ; attempt++) {
    const servers: PortServer[] = []
    try {
      return await listenOnBoth(port, servers, createServer)
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

const listenOnBoth = async (
  wanted: number,
  servers: PortServer[],
  createServer: () => PortServer,
): Promise<OpenPort> => {
  const first = createServer()
  await listen(first, wanted, '127.0.0.1')
  servers.push(first)
  const {port} = first.address() as AddressInfo
  const addresses = ['127.0.0.1']
  const second = createServer()
  try {
    // Browsers take ::1 for localhost first: a port that is free on 127.0.0.1 alone would lead them to somebody else.
    await listen(second, port, '::1')
    servers.push(second)
    addresses.push('::1')
  } catch (error) {
    if (!isSystemError(error, 'EADDRNOTAVAIL', 'EAFNOSUPPORT')) throw error
  }
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
    async [Symbol.asyncDispose]() {
      stop()
      for (const server of servers) server.closeAllConnections()
    },
  }
}

const listen = async (server: PortServer, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({port, host, backlog: 1024}, () => {
      server.off('error', reject)
      resolve()
    })
  })
