import {randomUUID} from 'node:crypto'

import type {ExecutionContext} from 'ava'

import type {RouteRequest, Target} from '../../../src/lifecycle/ports.ts'
import type {SplitTogether} from '../../../src/proxy/change.ts'
import type {Proxy} from '../../../src/proxy/proxy.ts'
import type {AppId} from '../../../src/release/identity.ts'
import {ask} from '../kit/client.ts'
import type {Answer, Ask} from '../kit/client.ts'
import {startTestProxy} from '../kit/proxy.ts'
import {startUpstream, targetAt} from '../kit/upstream.ts'

export const web: AppId = {project: 'shop', environment: 'main', app: 'web'}
export const api: AppId = {...web, app: 'api'}

const route = (id: AppId, hosts: string[], routes: RouteRequest['routes']): RouteRequest => ({
  ...id,
  hosts,
  routes,
  port: undefined,
  together: 'all',
})

/** A front end and its API under one origin, that are flipped together. */
export interface Pair {
  proxy: Proxy
  port: number
  targets: (generation: number) => {web: Target; api: Target}
  /** Gives both the traffic in this generation. */
  flip: (generation: number) => Promise<readonly (readonly Target[])[]>
  drain: (generation: number, drainMs: number) => Promise<{drainMs: number; cut: number}[]>
  /** A page, and the cookies that it came with. */
  page: (options?: Ask) => Promise<{answer: Answer; cookie: string}>
  /** What a page asks for: the release that answered. */
  asks: (cookie: string, path?: string) => Promise<string>
}

export const releaseOf = ({headers}: Answer): string => String(headers['x-imm-release'])

/** All of an app's traffic. */
export const partOf = (app: AppId, target: Target): SplitTogether['parts'][number] => ({
  app,
  split: {portions: [{targets: [target], weight: 1}]},
})

export const startPair = async (t: ExecutionContext, plainHttp1: 'fast' | 'node' = 'fast'): Promise<Pair> => {
  const {proxy, port} = await startTestProxy(t, {}, {together: 'all'}, plainHttp1)
  await proxy.open(route(web, ['shop.localhost'], undefined))
  await proxy.open(route(api, [], [{host: 'shop.localhost', path: '/api', strip: false}]))
  // One process each stands for all releases: what answered, the proxy says.
  const front = await startUpstream(t, (_request, response) => void response.end('<html>'))
  const back = await startUpstream(t, ({headers}, response) => void response.end(headers.cookie ?? 'no cookie'))
  const targets = (generation: number) => ({
    web: {...targetAt(front.port, generation), instance: `web-${generation}`},
    api: {...targetAt(back.port, generation), instance: `api-${generation}`},
  })
  return {
    proxy,
    port,
    targets,
    async flip(generation) {
      const now = targets(generation)
      const parts = [partOf(web, now.web), partOf(api, now.api)]
      return (await proxy.splitTogether({parts, attempt: randomUUID()})).previous
    },
    async drain(generation, drainMs) {
      const {signal} = new AbortController()
      const before = targets(generation)
      return Promise.all([proxy.drain(web, before.web, drainMs, signal), proxy.drain(api, before.api, drainMs, signal)])
    },
    async page(options = {}) {
      const answer = await ask(port, {...options, headers: {accept: 'text/html', ...options.headers}})
      const cookie = (answer.headers['set-cookie'] ?? []).map((each) => each.split(';')[0]).join('; ')
      return {answer, cookie}
    },
    asks: async (cookie, path = '/api/items') =>
      releaseOf(await ask(port, {path, headers: cookie === '' ? {} : {cookie}})),
  }
}
