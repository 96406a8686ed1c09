import type {AccessEntry, AccessLog} from './access-log.ts'
import {maxAccessWaitingBytes} from './limits.ts'

export interface AccessWish {
  /** `shop`, `shop/main` or `shop/main/web`; undefined: all, what nothing is routed for too */
  route: string | undefined
  query: boolean
}

/** Passes the entries that are wished for on to a reader; what it is too slow for is dropped, counted and said. */
export const streamAccess = (
  access: AccessLog,
  {route, query}: AccessWish,
  write: (line: object) => void,
  waitingBytes: () => number,
): Disposable => {
  let dropped = 0
  return access.listen((entry) => {
    if (route !== undefined && !isOf(entry, route)) return
    if (waitingBytes() > maxAccessWaitingBytes) {
      dropped++
      return
    }
    if (dropped > 0) write({type: 'dropped', time: entry.time, count: dropped})
    dropped = 0
    write(query ? entry : {...entry, query: undefined})
  })
}

const isOf = ({project, environment, app}: AccessEntry, route: string): boolean =>
  `${project}/${environment}/${app}/`.startsWith(`${route}/`)
