import {createSocket} from 'node:dgram'
import {createServer} from 'node:net'

import type {IsFree} from '../lifecycle/services/host-ports.ts'

/** Whether a port of this host can be bound. What can't be found out counts as free: the engine has the last word. */
export const isPortFree: IsFree = async ({hostIp, hostPort, protocol}) => {
  const address = hostIp === '' ? undefined : hostIp
  if (protocol === 'tcp') return tcp(hostPort, address)
  return protocol === 'udp' ? udp(hostPort, address) : true
}

const tcp = async (port: number, host: string | undefined): Promise<boolean> => {
  const {promise, resolve} = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', (error) => resolve(!isTaken(error)))
  // Exclusive, so that not even another process of imm's may have it.
  server.listen({port, host, exclusive: true}, () => server.close(() => resolve(true)))
  return promise
}

const udp = async (port: number, address: string | undefined): Promise<boolean> => {
  const {promise, resolve} = Promise.withResolvers<boolean>()
  const socket = createSocket(address?.includes(':') ? 'udp6' : 'udp4')
  socket.once('error', (error) => {
    socket.close()
    resolve(!isTaken(error))
  })
  socket.bind({port, ...(address === undefined ? {} : {address}), exclusive: true}, () => {
    socket.close(() => resolve(true))
  })
  return promise
}

const isTaken = (error: Error): boolean => 'code' in error && error.code === 'EADDRINUSE'
