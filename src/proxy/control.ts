import type {AppId, EnvironmentId} from '../release/identity.ts'
import {notFound} from '../socket/serve.ts'
import type {SocketAnswer, SocketHandler, SocketRequest} from '../socket/serve.ts'
import {streamAccess} from './access-stream.ts'
import {expositionType} from './exposition.ts'
import type {RestWish} from './keeper.ts'
import {stopDrainMs} from './limits.ts'
import {metricsText} from './metrics.ts'
import type {Proxy} from './proxy.ts'
import {readRouteRequest} from './read-route.ts'
import {readPart, readSplit, readTargets} from './read-split.ts'
import {readAnnouncement, readInteger, readList, readRecord, readTarget, readText, wrong} from './record.ts'
import {streamExchanges} from './recording/stream.ts'
import {readRecordWish} from './recording/wish.ts'
import type {ProxyStatus} from './status.ts'
import type {OnTrouble} from './trouble.ts'

export interface ControlContext {
  proxy: Proxy
  status(): ProxyStatus
  /** Resolves when the process is about to end; `watch` calls last until then. */
  stopping: Promise<number>
  /** Resolves when another process has taken over. */
  replaced: Promise<unknown>
  stop(drainMs: number): void
  /** Counts those who watch, so that the proxy stays for them, and tells them of troubles. */
  watch(listener?: OnTrouble): Disposable
  /** Puts an environment to rest, or wakes it. */
  rest(id: EnvironmentId, to: RestWish): Promise<void>
  /** called with every call, and after it */
  active(): void
}

const maxDrainMs = 24 * 3_600_000

/**
 * The control API, under /v1:
 *
 *     GET    /status                                   ProxyStatus
 *     GET    /metrics                                  in Prometheus' text format; without /v1, as it is looked for
 *     GET    /watch                                    stays open: {pid}, {trouble} whenever there is one, then {stopping: true} before a wanted end, {replaced: true} before another's turn
 *     GET    /access?route=PROJECT/...&query=true      stays open: {type: listening}, then AccessEntry or {type: dropped, count}
 *     GET    /record?route=PROJECT/...&methods=GET,...&every=10   stays open: {type: listening}, then RecordedExchange or {type: dropped, count}
 *     POST   /stop                                     {drainMs?}
 *     POST   /rest                                     {project, environment, to: awake|paused|asleep}
 *     POST   /split                                    {parts: [{id, split}], attempt} -> {previous, flipMs}: several routes at once
 *     PUT    /routes/PROJECT/ENVIRONMENT/APP           {hosts, routes?, port?, doors?, reload?, closes?, together?} -> RouteState
 *     GET    /routes/PROJECT/ENVIRONMENT/APP           RouteState
 *     DELETE /routes/PROJECT/ENVIRONMENT/APP
 *     POST   /routes/PROJECT/ENVIRONMENT/APP/flip      {target, attempt} -> {previous?, flipMs}
 *     POST   .../split {split, attempt, again?} -> {previous, flipMs}   GET .../counts ReleaseCounts[]
 *     POST   .../drain {target, drainMs} -> {drainMs, cut}   .../suspend {generation}   .../announce Announcement   .../forget {target}   .../asleep {targets}
 */
export const controlHandler =
  (context: ControlContext): SocketHandler =>
  async (request) => {
    context.active()
    const [version, resource, ...rest] = request.segments
    if (request.method === 'GET' && version === 'metrics' && resource === undefined) return metrics(context.status())
    if (version !== 'v1') return notFound
    switch (`${request.method} ${resource}`) {
      case 'GET status':
        return ok(context.status())
      case 'GET watch':
        return watch(context, request.signal)
      case 'GET access':
        return access(context, request)
      case 'GET record':
        return exchanges(context, request)
      case 'POST stop': {
        const body = readRecord(request.body ?? {}, 'body')
        context.stop(body['drainMs'] === undefined ? stopDrainMs : readInteger(body, 'drainMs', 0, maxDrainMs))
        return ok({})
      }
      case 'POST split': {
        const body = readRecord(request.body, 'split')
        const parts = readList(body, 'parts').map(readPart)
        return ok(await context.proxy.splitTogether({parts, attempt: readText(body, 'attempt')}))
      }
      case 'POST rest': {
        const body = readRecord(request.body, 'rest')
        const id = {project: readText(body, 'project'), environment: readText(body, 'environment')}
        await context.rest(id, readWish(body['to']))
        return ok({})
      }
      default:
        return resource === 'routes' ? onRoute(context, request, rest) : notFound
    }
  }

const access = (context: ControlContext, {query, signal}: SocketRequest): SocketAnswer => ({
  lines: async (write, waitingBytes) => {
    using stack = new DisposableStack()
    stack.use(context.watch())
    const wish = {route: query.get('route') ?? undefined, query: query.get('query') === 'true'}
    stack.use(streamAccess(context.proxy.access, wish, write, waitingBytes))
    write({type: 'listening', pid: process.pid})
    await Promise.race([context.stopping, context.replaced, aborted(signal)])
  },
})

const exchanges = (context: ControlContext, {query, signal}: SocketRequest): SocketAnswer => {
  const wish = readRecordWish(query)
  return {
    lines: async (write, waitingBytes) => {
      using stack = new DisposableStack()
      stack.use(context.watch())
      stack.use(streamExchanges(context.proxy, wish, write, waitingBytes))
      write({type: 'listening', pid: process.pid})
      await Promise.race([context.stopping, context.replaced, aborted(signal)])
    },
  }
}

const metrics = (status: ProxyStatus): SocketAnswer => {
  const {user, system} = process.cpuUsage()
  const used = {memoryBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1000}
  return {text: metricsText(status, used), type: expositionType}
}

const watch = (context: ControlContext, signal: AbortSignal): SocketAnswer => ({
  lines: async (write) => {
    const watched = context.watch((trouble) => write({trouble}))
    try {
      write({pid: process.pid})
      const end = await Promise.race([
        context.stopping.then(() => ({stopping: true})),
        context.replaced.then(() => ({replaced: true})),
        aborted(signal),
      ])
      if (end) write(end)
      // Whoever waits for the end of the process waits for the end of this.
      if (end && 'stopping' in end) await aborted(signal)
    } finally {
      watched[Symbol.dispose]()
    }
  },
})

const onRoute = async (
  context: ControlContext,
  {method, body, signal}: SocketRequest,
  [project, environment, app, action, ...more]: readonly string[],
): Promise<SocketAnswer> => {
  if (!project || !environment || !app || more.length > 0) return notFound
  const id: AppId = {project, environment, app}
  const {proxy} = context
  switch (`${method} ${action ?? ''}`.trimEnd()) {
    case 'PUT': {
      const state = await proxy.open(readRouteRequest({...readRecord(body, 'route'), ...id}))
      context.active()
      return ok(state)
    }
    case 'GET': {
      const state = proxy.state(id)
      return state === undefined ? notFound : ok(state)
    }
    case 'DELETE':
      await proxy.close(id)
      context.active()
      return ok({})
    case 'POST flip': {
      const record = readRecord(body, 'flip')
      const flipped = await proxy.flip(id, {target: readTarget(record['target']), attempt: readText(record, 'attempt')})
      return flipped === undefined ? notFound : ok(flipped)
    }
    case 'POST split': {
      const record = readRecord(body, 'split')
      // Of one that lost its state: what it knows already is newer.
      const fence = record['again'] === true ? 'above' : 'same'
      const split = readSplit(record['split'])
      const done = await proxy.split(id, {split, attempt: readText(record, 'attempt'), fence})
      return done === undefined ? notFound : ok(done)
    }
    case 'GET counts': {
      const counts = proxy.counts(id)
      return counts === undefined ? notFound : ok(counts)
    }
    case 'POST drain': {
      const record = readRecord(body, 'drain')
      return ok(
        await proxy.drain(id, readTarget(record['target']), readInteger(record, 'drainMs', 0, maxDrainMs), signal),
      )
    }
    case 'POST suspend':
      await proxy.suspend(id, readInteger(readRecord(body, 'suspend'), 'generation', 0, Number.MAX_SAFE_INTEGER))
      return ok({})
    case 'POST announce':
      proxy.announce(id, readAnnouncement(body))
      return ok({})
    case 'POST forget':
      await proxy.forget(id, readTarget(readRecord(body, 'forget')['target']))
      return ok({})
    case 'POST asleep':
      return (await proxy.foundAsleep(id, readTargets(readRecord(body, 'asleep')))) ? ok({}) : notFound
    default:
      return notFound
  }
}

const readWish = (value: unknown): RestWish => {
  if (value === 'awake' || value === 'paused' || value === 'asleep') return value
  throw wrong('to', value)
}

const ok = (json: unknown): SocketAnswer => ({status: 200, json})

const aborted = async (signal: AbortSignal): Promise<false> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(false)
    signal.addEventListener('abort', () => resolve(false), {once: true})
  })
