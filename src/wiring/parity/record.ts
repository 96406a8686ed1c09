import {loadParitySettings} from '../../config/parity.ts'
import {ImmError} from '../../errors.ts'
import {entryOf} from '../../parity/har/entry.ts'
import type {HarEntry} from '../../parity/har/har.ts'
import {redactEntries} from '../../parity/har/redact/redact.ts'
import {connectProxy, type ProxyClient} from '../../proxy/client.ts'
import {packageVersion} from '../../proxy/package-version.ts'
import type {RecordedLine} from '../../proxy/recording/lines.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import {statePaths, type StatePaths} from '../../state/paths.ts'
import {findApps} from '../find-app.ts'
import type {Where} from '../identify.ts'
import {recordingFile} from './recording-file.ts'

export interface RecordRequest {
  where: Where
  /** undefined: below the home of imm, which is part of no image */
  file: string | undefined
  methods: readonly string[]
  /** of so many requests one */
  every: number
  /** exchanges */
  most: number
  /** undefined: until the signal aborts */
  durationMs: number | undefined
  /** names whose values are not kept, beside those that are known and those of imm.yaml */
  redact: readonly string[]
}

export interface RecordListener {
  onBegin(environment: EnvironmentId): void
  /** `path` is without its query */
  onKept(kept: {method: string; path: string; status: number; app: string}): void
}

export interface Recorded extends EnvironmentId {
  file: string
  exchanges: number
  /** samples that came faster than they were read */
  dropped: number
  /** what ended it */
  end: 'duration' | 'count' | 'size' | 'interrupted' | 'proxy'
}

/** Of all that is kept, before it is written. */
const maxBytes = 128 * 1024 * 1024

/**
 * Keeps what passes the proxy on its way to an environment, and writes it when that ends, for whatever reason. NOTHING_LIVE where nothing of
 * the environment is routed, RECORDING_UNWRITABLE where there is no place for it.
 */
export const recordExchanges = async (
  request: RecordRequest,
  listener: RecordListener,
  signal: AbortSignal,
): Promise<Recorded> => {
  const paths = statePaths()
  // Before anything is kept: a mistake in it must not let a name through.
  const {replay} = await loadParitySettings(request.where.directory, signal)
  const {proxy, environment, route} = await routeOf(request.where, paths, signal)
  const place = await recordingFile(request.file, environment, paths.home)
  const ended = new AbortController()
  let end: Recorded['end'] = 'proxy'
  const stop = (why: Recorded['end']): void => {
    end = why
    ended.abort()
  }
  using stack = new DisposableStack()
  const {durationMs} = request
  const onAbort = (): void => stop('interrupted')
  signal.addEventListener('abort', onAbort, {once: true})
  stack.defer(() => signal.removeEventListener('abort', onAbort))
  const entries: HarEntry[] = []
  let dropped = 0
  let begun = false
  let bytes = 0
  const {methods, every} = request
  const lines = proxy.record({route, methods, every}, ended.signal)
  for await (const line of untilAborted(lines, ended.signal)) {
    if (line.type === 'listening') {
      // A proxy that takes over says so again.
      if (begun) continue
      begun = true
      listener.onBegin(environment)
      if (durationMs === undefined) continue
      const timer = setTimeout(() => stop('duration'), durationMs)
      stack.defer(() => clearTimeout(timer))
    } else if (line.type === 'dropped') dropped += line.count
    else if (line.type !== 'exchange') {
      throw new ImmError('PROXY_UNREACHABLE', 'the proxy that runs is of an imm that records nothing', {
        next: '`imm proxy restart` replaces it.',
      })
    } else {
      entries.push(await entryOf(line))
      bytes += 2000 + sizeOf(line)
      const {method, url, status, app} = line
      listener.onKept({method, path: URL.parse(url)?.pathname ?? '', status, app})
      if (entries.length >= request.most) stop('count')
      else if (bytes > maxBytes) stop('size')
    }
  }
  const comment = `recorded of ${route}, one of ${every} requests ${methods.join(', ')}; secrets are taken out`
  const open = redactEntries(entries, [...replay.redact, ...request.redact])
  await place.write(open, {version: packageVersion(), comment})
  return {...environment, file: place.file, exchanges: entries.length, dropped, end}
}

const routeOf = async (
  where: Where,
  paths: StatePaths,
  signal: AbortSignal,
): Promise<{proxy: ProxyClient; environment: EnvironmentId; route: string}> => {
  const [{environment, apps}, proxy] = await Promise.all([
    findApps(where, paths, signal),
    connectProxy({paths, signal}),
  ])
  const id = `${environment.project}/${environment.environment}`
  const status = await proxy?.status(signal)
  const routed = (status?.routes ?? []).filter((one) => `${one.project}/${one.environment}` === id)
  if (proxy === undefined || routed.length === 0)
    throw new ImmError(
      'NOTHING_LIVE',
      `nothing runs in environment ${environment.environment} of ${environment.project}`,
    )
  if (where.app === undefined) return {proxy, environment, route: id}
  const app = routed.find((one) => apps.includes(one.app) && one.app === where.app)
  if (app === undefined)
    throw new ImmError(
      'APP_NOT_FOUND',
      `environment ${environment.environment} of ${environment.project} has no app "${where.app}"; it has ${routed.map((one) => one.app).join(', ')}`,
    )
  return {proxy, environment, route: `${id}/${app.app}`}
}

const untilAborted = async function* (
  lines: AsyncIterable<RecordedLine>,
  signal: AbortSignal,
): AsyncGenerator<RecordedLine, void, undefined> {
  try {
    for await (const line of lines) {
      yield line
      if (signal.aborted) return
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

const sizeOf = ({requestBody, body}: Extract<RecordedLine, {type: 'exchange'}>): number =>
  (requestBody.base64?.length ?? 0) + (body.base64?.length ?? 0)
