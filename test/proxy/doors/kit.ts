import {connect, createServer} from 'node:net'
import type {AddressInfo, Socket} from 'node:net'

import type {ExecutionContext} from 'ava'

import type {Door, DoorState, RouteState} from '../../../src/lifecycle/ports.ts'
import type {Proxy} from '../../../src/proxy/proxy.ts'
import {shop, shopHost} from '../kit/proxy.ts'
import {targetAt} from '../kit/upstream.ts'

/** An address of this host that stands for its one in a network. */
export const gateway = '127.0.0.2'

export const httpDoor = (to: number, more: Partial<Door> = {}): Door => ({
  host: gateway,
  port: 0,
  to,
  kind: 'http',
  from: [],
  ...more,
})

export const tcpDoor = (to: number, more: Partial<Door> = {}): Door => httpDoor(to, {kind: 'tcp', ...more})

export const openDoors = async (proxy: Proxy, ...doors: Door[]): Promise<readonly DoorState[]> =>
  (await openRoute(proxy, doors)).doors

export const openRoute = async (proxy: Proxy, doors: readonly Door[]): Promise<RouteState> =>
  proxy.open({...shop, hosts: [shopHost], port: undefined, doors})

/** Something that speaks no HTTP, on a port of its own or one that was had before. */
export interface TcpApp {
  port: number
  sockets: Set<Socket>
  target: (generation: number) => ReturnType<typeof targetAt>
  close: () => Promise<void>
}

export const startTcpApp = async (
  t: ExecutionContext,
  onConnection: (socket: Socket) => void,
  port = 0,
): Promise<TcpApp> => {
  const sockets = new Set<Socket>()
  const server = createServer({allowHalfOpen: true}, (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket))
    onConnection(socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  t.teardown(close)
  const {port: at} = server.address() as AddressInfo
  return {port: at, sockets, target: (generation) => targetAt(at, generation), close}
}

/** An application that says who it is, and then what it is told. */
export const startEcho = async (t: ExecutionContext, name: string): Promise<TcpApp> =>
  startTcpApp(t, (socket) => {
    socket.write(`${name}\n`)
    socket.pipe(socket)
  })

export interface Caller {
  socket: Socket
  /** all that came so far */
  text: () => string
  /** `end`, or the error's code; once it is closed */
  closed: Promise<string>
}

export const call = (t: ExecutionContext, port: number, host = gateway, localAddress?: string): Caller => {
  const socket = connect({port, host, allowHalfOpen: true, ...(localAddress === undefined ? {} : {localAddress})})
  t.teardown(() => socket.destroy())
  let text = ''
  let end = 'closed'
  socket.setEncoding('latin1').on('data', (more: string) => {
    text += more
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    end = error.code ?? error.message
  })
  socket.once('end', () => {
    end = 'end'
    socket.end()
  })
  return {
    socket,
    text: () => text,
    closed: new Promise((resolve) => socket.once('close', () => resolve(end))),
  }
}
