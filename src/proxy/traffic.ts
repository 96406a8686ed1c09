import {randomUUID} from 'node:crypto'

import {ImmError, isImmError} from '../errors.ts'
import type {
  Announcement,
  ReleaseCounts,
  RouteManner,
  RouteRequest,
  RouteState,
  Split,
  Target,
  Traffic,
} from '../lifecycle/ports.ts'
import type {ControlCall, DirectCall, ProxyLink} from './link.ts'
import {routeId} from './routes.ts'
import {allTo} from './split.ts'

/** What a proxy that lost its state has to be told again. */
interface Remembered {
  opened: boolean
  split: {split: Split; attempt: string} | undefined
  announcement: Announcement | undefined
}

/**
 * Traffic of one app on the proxy. Calls are idempotent or fenced, so that one whose answer was lost with the proxy is made again on
 * the next. What was last opened and split is asserted again on every later proxy, which may have died before it wrote that down.
 */
export const proxyTraffic = (proxy: ProxyLink, request: RouteRequest): Traffic => {
  const {project, environment, app} = request
  const route = `/v1/routes/${[project, environment, app].map(encodeURIComponent).join('/')}`
  const remembered: Remembered = {opened: false, split: undefined, announcement: undefined}

  const post = (action: string, body: unknown): ControlCall => ({method: 'POST', path: `${route}/${action}`, body})
  let manner: RouteManner = {}
  const put = (): ControlCall => ({method: 'PUT', path: route, body: {...request, ...manner}})
  const reassert = async (call: DirectCall, signal: AbortSignal): Promise<void> => {
    if (!remembered.opened) return
    await call(put(), signal)
    // Only the proxy's own record may be ahead of ours: another imm's flip or step, which stands.
    if (remembered.split !== undefined)
      await unlessStale(call(post('split', {...remembered.split, again: true}), signal))
    if (remembered.announcement !== undefined) await call(post('announce', remembered.announcement), signal)
  }
  const remember = (split: Remembered['split']): void => {
    Object.assign(remembered, {split, announcement: undefined})
  }
  const routed = async (call: Promise<unknown>): Promise<unknown> => {
    const answer = await call
    if (answer === undefined) throw new ImmError('NOTHING_LIVE', `${project}/${environment}/${app} is not routed`)
    return answer
  }
  let forgetRoute: (() => void) | undefined
  let forgetSplits: (() => void) | undefined

  return {
    async open(signal, as = manner) {
      manner = as
      forgetRoute ??= proxy.onRestart(reassert)
      forgetSplits ??= proxy.splits.listen(routeId(request), remember)
      const state = (await proxy.call(put(), signal)) as RouteState
      remembered.opened = true
      return state
    },
    async state(signal) {
      return (await proxy.call({method: 'GET', path: route}, signal)) as RouteState | undefined
    },
    async flip(target, signal) {
      const attempt = randomUUID()
      const answer = await routed(proxy.call(post('flip', {target, attempt}), signal))
      remember({split: allTo(target), attempt})
      return answer as {previous: Target | undefined; flipMs: number}
    },
    async split(split, signal) {
      const attempt = randomUUID()
      const answer = await routed(proxy.call(post('split', {split, attempt}), signal))
      remember({split, attempt})
      return answer as {previous: readonly Target[]; flipMs: number}
    },
    async counts(signal) {
      return ((await proxy.call({method: 'GET', path: `${route}/counts`}, signal)) ?? []) as readonly ReleaseCounts[]
    },
    async drain(target, drainMs, signal) {
      const answer = await proxy.call({...post('drain', {target, drainMs}), extraMs: drainMs}, signal)
      return answer as {drainMs: number; cut: number}
    },
    async suspend(generation, signal) {
      await proxy.call(post('suspend', {generation}), signal)
      if (remembered.split !== undefined && hasGeneration(remembered.split.split, generation))
        remembered.split = undefined
    },
    async announce(announcement, signal) {
      await proxy.call(post('announce', announcement), signal)
      remembered.announcement = announcement
    },
    async *troubles(signal) {
      const id = routeId(request)
      for await (const trouble of proxy.troubles(signal)) if (routeId(trouble.app) === id) yield trouble
    },
    async forget(target, signal) {
      await proxy.call(post('forget', {target}), signal)
    },
    async close(signal) {
      // Before the call: a proxy that dies in it must not be told to open the route again.
      forgetRoute?.()
      forgetSplits?.()
      forgetRoute = undefined
      forgetSplits = undefined
      Object.assign(remembered, {opened: false, split: undefined, announcement: undefined})
      await proxy.call({method: 'DELETE', path: route}, signal)
    },
  }
}

const hasGeneration = ({portions}: Split, generation: number): boolean =>
  portions.some(({targets}) => targets.some((target) => target.generation === generation))

const unlessStale = async (call: Promise<unknown>): Promise<void> => {
  try {
    await call
  } catch (error) {
    if (!isImmError(error, 'GENERATION_STALE')) throw error
  }
}
