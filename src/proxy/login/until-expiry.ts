import type {AnswerOut, RequestIn, Upgrade} from '../message.ts'
import {isUpgrade} from '../upgrade.ts'

const longestTimerMs = 2 ** 31 - 1

/** Ends what goes on by its nature, a WebSocket or an event stream, when the session does that let it in. */
export const endAtExpiry = (
  request: RequestIn,
  answer: AnswerOut | Upgrade,
  expiresMs: number,
  now: () => number,
): void => {
  if (!isUpgrade(answer) && !(request.headers.accept ?? '').includes('text/event-stream')) return
  const cut = (): void => (isUpgrade(answer) ? answer.cut() : void answer.destroy())
  let timer: NodeJS.Timeout
  const wait = (): void => {
    const leftMs = expiresMs - now()
    if (leftMs <= 0) return cut()
    timer = setTimeout(wait, Math.min(leftMs, longestTimerMs)).unref()
  }
  wait()
  const over = (): void => clearTimeout(timer)
  if (isUpgrade(answer)) answer.socket.once('close', over)
  else answer.once('close', over)
}
