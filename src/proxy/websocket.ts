import type {Socket} from 'node:net'

import {createFrames} from './frames.ts'
import type {Frames} from './frames.ts'
import {closeHandshakeMs} from './limits.ts'
import type {LongLived} from './long-lived.ts'
import {maskedRestartFrame, restartFrame} from './restart-frame.ts'

/** One direction. */
interface Half {
  readonly from: Socket
  readonly to: Socket
  readonly frames: Frames
  /** nothing that comes from now on is passed on */
  over: boolean
}

/**
 * Joins the two sides of a WebSocket. To close it, the client alone is told: it answers with a Close frame of its own, which goes to the
 * application as it is, after all that the client said before. Where it doesn't answer in time, the application is told as well.
 */
export const joinWebSocket = (
  client: Socket,
  head: Buffer,
  application: Socket,
  applicationHead: Buffer,
): LongLived => {
  const toClient: Half = {from: application, to: client, frames: createFrames(), over: false}
  const toApplication: Half = {from: client, to: application, frames: createFrames(), over: false}
  let closing = false
  let timer: NodeJS.Timeout | undefined

  const destroy = (): void => {
    client.destroy()
    application.destroy()
  }
  const end = (): void => {
    if (!toApplication.frames.closed && toApplication.frames.atBoundary && application.writable) {
      toApplication.over = true
      application.write(maskedRestartFrame())
    }
    client.end()
    application.end()
    timer = setTimeout(destroy, closeHandshakeMs).unref()
  }
  /** At a boundary, where the application has not closed by itself. */
  const sayClose = (): void => {
    if (toClient.over || toClient.frames.closed || !client.writable) return
    toClient.over = true
    client.write(restartFrame)
    timer = setTimeout(end, closeHandshakeMs).unref()
  }
  pump(toApplication, head, () => false)
  pump(toClient, applicationHead, () => closing, sayClose)
  for (const side of [client, application])
    side.once('close', () => client.destroyed && application.destroyed && clearTimeout(timer))
  return {
    kind: 'websocket',
    close() {
      if (closing) return
      closing = true
      if (toClient.frames.atBoundary) sayClose()
    },
    cut() {
      clearTimeout(timer)
      if (!toClient.frames.atBoundary || toClient.frames.closed) return destroy()
      sayClose()
      clearTimeout(timer)
      end()
    },
  }
}

/** Passes on what `from` said already, what it says and, at its end, that it ended; the other half stays open. An unclean end takes both down. */
const pump = (half: Half, said: Buffer, stops: () => boolean, atStop?: () => void): void => {
  const {from, to, frames} = half
  const pass = (chunk: Buffer): void => {
    if (half.over) return
    const passed = frames.take(chunk, stops())
    if (passed > 0 && !to.write(passed === chunk.length ? chunk : chunk.subarray(0, passed))) from.pause()
    if (stops() && frames.atBoundary) atStop?.()
  }
  if (said.length > 0) pass(said)
  from.on('data', pass)
  to.on('drain', () => from.resume())
  from.resume()
  from.once('end', () => to.end())
  from.on('error', () => to.destroy())
  from.once('close', () => {
    if (!from.readableEnded) to.destroy()
  })
}
