import {leaveLane} from '../lane.ts'
import type {InFlight} from '../lane.ts'
import {carry, takeCarried} from './carried.ts'
import type {Client, UnderWay} from './client.ts'
import {replayed} from './replay.ts'

/** Gives the connection to Node, with the request that was sent, if any, and what is known of its answer. Returns its new entry in the lane. */
export const handOver = (client: Client, underWay?: UnderWay, read?: Buffer): InFlight | undefined => {
  const {port, socket, unread, listeners} = client
  port.clients.delete(client)
  client.underWay = undefined
  const {data, end, error, close, drain} = listeners
  socket.off('data', data).off('end', end).off('error', error).off('close', close).off('drain', drain)
  let inFlight: InFlight | undefined
  if (underWay !== undefined) {
    const {lane, link, requestId, sentMs} = underWay
    inFlight = {cut: () => undefined}
    lane.inFlight.delete(client)
    lane.inFlight.add(inFlight)
    carry(socket, {upstream: lane, requestId, connection: replayed(link, read), reused: link.reused, sentMs, inFlight})
  }
  port.toNode(socket, unread ?? Buffer.alloc(0))
  const left = underWay === undefined ? undefined : takeCarried(socket)
  if (left === undefined) return inFlight
  // Its route was closed meanwhile.
  leaveLane(left.upstream, left.inFlight)
  left.connection.destroy()
  return undefined
}
