import {rm} from 'node:fs/promises'
import {connect, createServer, type Server, type Socket} from 'node:net'

/** A socket in front of the real engine, which a test can close and open again: for imm the engine goes away and comes back. */
export interface EngineDoor extends AsyncDisposable {
  /** for DOCKER_HOST */
  readonly host: string
  /** Cuts all connections and refuses new ones. */
  close(): Promise<void>
  open(): Promise<void>
}

const engineSocket = (): string =>
  (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').replace(/^unix:\/\//, '')

export const engineDoor = async (socketPath: string): Promise<EngineDoor> => {
  const sockets = new Set<Socket>()
  let server: Server | undefined
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  }
  const door: EngineDoor = {
    host: `unix://${socketPath}`,
    async close() {
      const closing = server
      server = undefined
      if (!closing) return
      const {promise, resolve} = Promise.withResolvers<void>()
      closing.close(() => resolve())
      for (const socket of sockets) socket.destroy()
      await promise
      await rm(socketPath, {force: true})
    },
    async open() {
      // Half open, because the engine's client ends its side first while the answer still comes.
      server = createServer({allowHalfOpen: true}, (near) => {
        const far = connect({path: engineSocket(), allowHalfOpen: true})
        keep(near)
        keep(far)
        near.pipe(far).pipe(near)
        near.on('close', () => far.destroy())
        far.on('close', () => near.destroy())
      })
      const {promise, resolve, reject} = Promise.withResolvers<void>()
      server.once('error', reject).listen(socketPath, resolve)
      await promise
    },
    [Symbol.asyncDispose]: () => door.close(),
  }
  await door.open()
  return door
}
