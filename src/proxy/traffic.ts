import {randomUUID} from 'node:crypto'

import {ImmError, isImmError} from '../errors.ts'
import type {Announcement, RouteRequest, RouteState, Target, Traffic} from '../lifecycle/ports.ts'
import type {ControlCall, DirectCall, ProxyLink} from './link.ts'

/** What a proxy that lost its state has to be told again. */
interface Remembered {
  opened: boolean
  flip: {target: Target; attempt: string} | undefined
  announcement: Announcement | undefined
}

/**
 * Traffic of one app on the proxy. Calls are idempotent or fenced, so that one whose answer was lost with the proxy is made again on
 * the next. What was last opened and flipped is asserted again on every later proxy, which may have died before it wrote that down.
 */
export const proxyTraffic = (proxy: ProxyLink, request: RouteRequest): Traffic => {
  const {project, environment, app} = request
  const route = `/v1/routes/${[project, environment, app].map(encodeURIComponent).join('/')}`
  const remembered: Remembered = {opened: false, flip: undefined, announcement: undefined}

  const post = (action: string, body: unknown): ControlCall => ({method: 'POST', path: `${route}/${action}`, body})
  const put: ControlCall = {method: 'PUT', path: route, body: request}
  const reassert = async (call: DirectCall, signal: AbortSignal): Promise<void> => {
    if (!remembered.opened) return
    await call(put, signal)
    // Only the proxy's own record may be ahead of ours: another imm's flip, which stands.
    if (remembered.flip !== undefined) await unlessStale(call(post('flip', remembered.flip), signal))
    if (remembered.announcement !== undefined) await call(post('announce', remembered.announcement), signal)
  }
  let forgetRoute: (() => void) | undefined

  return {
    async open(signal) {
      forgetRoute ??= proxy.onRestart(reassert)
      const state = (await proxy.call(put, signal)) as RouteState
      remembered.opened = true
      return state
    },
    async state(signal) {
      return (await proxy.call({method: 'GET', path: route}, signal)) as RouteState | undefined
    },
    async flip(target, signal) {
      const flip = {target, attempt: randomUUID()}
      const answer = await proxy.call(post('flip', flip), signal)
      if (answer === undefined) throw new ImmError('NOTHING_LIVE', `${project}/${environment}/${app} is not routed`)
      Object.assign(remembered, {flip, announcement: undefined})
      return answer as {previous: Target | undefined; flipMs: number}
    },
    async drain(target, drainMs, signal) {
      const answer = await proxy.call({...post('drain', {target, drainMs}), extraMs: drainMs}, signal)
      return answer as {drainMs: number; cut: number}
    },
    async suspend(generation, signal) {
      await proxy.call(post('suspend', {generation}), signal)
      if (generation === remembered.flip?.target.generation) remembered.flip = undefined
    },
    async announce(announcement, signal) {
      await proxy.call(post('announce', announcement), signal)
      remembered.announcement = announcement
    },
    async forget(target, signal) {
      await proxy.call(post('forget', {target}), signal)
    },
    async close(signal) {
      // Before the call: a proxy that dies in it must not be told to open the route again.
      forgetRoute?.()
      forgetRoute = undefined
      Object.assign(remembered, {opened: false, flip: undefined, announcement: undefined})
      await proxy.call({method: 'DELETE', path: route}, signal)
    },
  }
}

const unlessStale = async (call: Promise<unknown>): Promise<void> => {
  try {
    await call
  } catch (error) {
    if (!isImmError(error, 'GENERATION_STALE')) throw error
  }
}
