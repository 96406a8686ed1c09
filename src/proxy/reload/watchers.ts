import type {IncomingMessage, ServerResponse} from 'node:http'

import {chooseLane, choosePool} from '../choose.ts'
import type {Asking} from '../choose.ts'
import {maxWatchers, maxWatcherBytes} from '../limits.ts'
import {noticeText, unavailableNotice} from '../notice.ts'
import type {Route} from '../routes.ts'

/** Browsers that look at a page and want to know when to load it again. */
export interface Watchers {
  /** False where there are too many. */
  add(route: Route, request: IncomingMessage, response: ServerResponse): boolean
  /** Says what has changed. */
  tell(route: Route): void
  count(route: Route): number
  end(route: Route): void
  /** They ask whoever serves next. */
  endAll(): void
}

interface Watcher {
  asking: Asking
  response: ServerResponse
  /** the release that it was told */
  release: string | undefined
  notice: string | undefined
}

/**
 * An event stream each: messages are the name of the release that would serve this client, `state` events what is going on while none can.
 */
export const createWatchers = (): Watchers => {
  const byRoute = new Map<Route, Set<Watcher>>()
  const end = (route: Route): void => {
    for (const {response} of byRoute.get(route) ?? []) response.end()
  }
  return {
    add(route, request, response) {
      const watchers = byRoute.get(route) ?? new Set()
      if (watchers.size >= maxWatchers) return false
      const watcher: Watcher = {
        asking: {request, token: undefined, tokenIsNew: false},
        response,
        release: undefined,
        notice: undefined,
      }
      byRoute.set(route, watchers.add(watcher))
      response.on('error', () => undefined)
      response.once('close', () => {
        watchers.delete(watcher)
        if (watchers.size === 0) byRoute.delete(route)
      })
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      })
      response.write('retry: 500\n\n')
      tell(route, watcher)
      return true
    },
    tell(route) {
      for (const watcher of byRoute.get(route) ?? []) tell(route, watcher)
    },
    count: (route) => byRoute.get(route)?.size ?? 0,
    end,
    endAll() {
      for (const route of byRoute.keys()) end(route)
    },
  }
}

const tell = (route: Route, watcher: Watcher): void => {
  const {asking, response} = watcher
  const pool = choosePool(route, asking)
  if (pool !== undefined && chooseLane(pool) !== undefined) {
    if (pool.release !== watcher.release) response.write(`data: ${pool.release}\n\n`)
    watcher.release = pool.release
    watcher.notice = undefined
  } else {
    const {elapsedMs, ...notice} = noticeText(unavailableNotice(route, pool?.lanes[0]?.target.release))
    const said = JSON.stringify(notice)
    if (said !== watcher.notice) response.write(`event: state\ndata: ${JSON.stringify({...notice, elapsedMs})}\n\n`)
    watcher.notice = said
  }
  // It doesn't read.
  if (response.writableLength > maxWatcherBytes) response.destroy()
}
