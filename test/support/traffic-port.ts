import {once} from 'node:events'
import {createServer, type AddressInfo} from 'node:net'

/** A port of loopback that is taken until it is disposed. */
export const takenPort = async (): Promise<AsyncDisposable & {port: number}> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const release = async () => {
    server.close()
    await once(server, 'close')
  }
  return {port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: release}
}

/** A port that was free just now. */
export const freePort = async (): Promise<number> => {
  await using taken = await takenPort()
  return taken.port
}
