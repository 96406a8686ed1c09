import {maxSamplesWaitingBytes} from '../limits.ts'
import type {Proxy} from '../proxy.ts'
import type {RecordWish} from './recorder.ts'

const tellDroppedMs = 200

/** Passes what is recorded on to a reader; what it is too slow for is dropped, counted, and said soon. */
export const streamExchanges = (
  proxy: Pick<Proxy, 'record'>,
  wish: RecordWish,
  write: (line: object) => void,
  waitingBytes: () => number,
): Disposable => {
  let dropped = 0
  let timer: NodeJS.Timeout | undefined
  const tell = (): void => {
    timer = undefined
    write({type: 'dropped', count: dropped})
    dropped = 0
  }
  const drop = (): void => {
    dropped++
    timer ??= setTimeout(tell, tellDroppedMs).unref()
  }
  const recording = proxy.record({
    wish,
    seen: 0,
    underWay: 0,
    take(exchange) {
      if (waitingBytes() > maxSamplesWaitingBytes) drop()
      else write(exchange)
    },
    drop,
  })
  return {
    [Symbol.dispose]() {
      recording[Symbol.dispose]()
      clearTimeout(timer)
    },
  }
}
