import {passEnd} from './ends.ts'
import type {End} from './ends.ts'
import {createFrames} from './frames.ts'
import type {Frames} from './frames.ts'
import {closeHandshakeMs} from './limits.ts'
import type {LongLived} from './long-lived.ts'
import {maskedRestartFrame, restartFrame} from './restart-frame.ts'

/** One direction. */
interface Half {
  readonly from: End
  readonly to: End
  readonly frames: Frames
  /** nothing that comes from now on is passed on */
  over: boolean
}

/**
 * Joins the two sides of a WebSocket. To close it, the client alone is told: it answers with a Close frame of its own, which goes to the
 * application as it is, after all that the client said before. Where it doesn't answer in time, the application is told as well.
 */
export const joinWebSocket = (client: End, application: End): LongLived => {
  const toClient: Half = {from: application, to: client, frames: createFrames(), over: false}
  const toApplication: Half = {from: client, to: application, frames: createFrames(), over: false}
  let closing = false
  let timer: NodeJS.Timeout | undefined

  const destroy = (): void => {
    client.cut()
    application.cut()
  }
  const end = (): void => {
    if (!toApplication.frames.closed && toApplication.frames.atBoundary && application.socket.writable) {
      toApplication.over = true
      application.socket.write(maskedRestartFrame())
    }
    client.socket.end()
    application.socket.end()
    timer = setTimeout(destroy, closeHandshakeMs).unref()
  }
  /** At a boundary, where the application has not closed by itself. */
  const sayClose = (): void => {
    if (toClient.over || toClient.frames.closed || !client.socket.writable) return
    toClient.over = true
    client.socket.write(restartFrame)
    timer = setTimeout(end, closeHandshakeMs).unref()
  }
  pump(toApplication, () => false)
  pump(toClient, () => closing, sayClose)
  for (const side of [client, application])
    side.socket.once('close', () => client.socket.destroyed && application.socket.destroyed && clearTimeout(timer))
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

/** Passes on what `from` said already, what it says and, at its end, that it ended; the other half stays open. */
const pump = (half: Half, stops: () => boolean, atStop?: () => void): void => {
  const {from, to, frames} = half
  const pass = (chunk: Buffer): void => {
    if (half.over) return
    const passed = frames.take(chunk, stops())
    if (passed > 0 && !to.socket.write(passed === chunk.length ? chunk : chunk.subarray(0, passed))) from.socket.pause()
    if (stops() && frames.atBoundary) atStop?.()
  }
  if (from.head.length > 0) pass(from.head)
  from.socket.on('data', pass)
  to.socket.on('drain', () => from.socket.resume())
  from.socket.resume()
  passEnd(from, to)
}
