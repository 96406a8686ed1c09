import {connect} from 'node:net'
import type {Socket} from 'node:net'

import {joinSockets} from '../tunnel.ts'

/**
 * Gives a connection of which nothing was served, whatever it speaks, to the process that listens now where it was accepted. To that one it
 * comes from this machine, as all do.
 */
export const passOn = (socket: Socket, read: Buffer): void => {
  const {localAddress, localPort} = socket
  if (localAddress === undefined || localPort === undefined) return void socket.destroy()
  socket.pause()
  socket.unshift(read)
  const next = connect({host: localAddress, port: localPort, allowHalfOpen: true})
  socket.on('error', () => next.destroy())
  next.on('error', () => socket.destroy())
  next.once('connect', () => joinSockets(socket, next))
}
