import {createServer} from 'node:http'
import type {RequestListener, Server} from 'node:http'
import type {AddressInfo} from 'node:net'

import type {ExecutionContext} from 'ava'

import type {Target, Verified} from '../../../src/lifecycle/ports.ts'
import type {ReleaseName} from '../../../src/release/identity.ts'

/** An application: a real HTTP server on a port of its own, gone with the test. */
export interface TestUpstream {
  server: Server
  port: number
  /** as a target that was verified */
  target(generation: number): Verified<Target>
  close(): Promise<void>
}

export const startUpstream = async (
  t: ExecutionContext,
  listener: RequestListener,
  port = 0,
): Promise<TestUpstream> => {
  const server = createServer(listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
  t.teardown(close)
  const address = server.address() as AddressInfo
  return {server, port: address.port, target: (generation) => targetAt(address.port, generation), close}
}

export const targetAt = (port: number, generation: number): Verified<Target> =>
  ({
    release: `r${generation}-aaaaaaa` as ReleaseName,
    generation,
    address: {host: '127.0.0.1', port},
    instance: `container-${port}`,
  }) as Verified<Target>
