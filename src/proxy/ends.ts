import type {Duplex} from 'node:stream'

/** One side of a connection that has switched protocols. */
export interface End {
  readonly socket: Duplex
  /** what it said already */
  readonly head: Buffer
  /** whether it has ended its half by itself */
  ended(): boolean
  /** An end that it can tell from a clean one. */
  cut(): void
}

/** An unclean end takes both sides down. */
export const passEnd = (from: End, to: End): void => {
  const end = (): void => {
    if (from.ended()) to.socket.end()
  }
  if (from.socket.readableEnded) end()
  else from.socket.once('end', end)
  from.socket.on('error', () => to.cut())
  from.socket.once('close', () => {
    if (!from.ended()) to.cut()
  })
}
