import {execa} from 'execa'

import type {LifecycleEvent} from '../../src/lifecycle/events.ts'
import {containersOf} from './engine-socket.ts'
import {imm, immBin, immEnv} from './imm.ts'
import type {TestProject} from './project.ts'
import type {User} from './user.ts'

export type EventOf<Type extends LifecycleEvent['type']> = Extract<LifecycleEvent, {type: Type}>

/** A running `imm dev --json`. */
export interface Dev extends AsyncDisposable {
  readonly pid: number
  kill(signal: NodeJS.Signals): void
  /** its exit code, once it has ended; undefined where a signal ended it */
  readonly ended: Promise<number | undefined>
  /** everything that it said so far */
  readonly events: LifecycleEvent[]
  stderr(): string
  /** The next event of a type (and kind) that nobody was given before; rejects when imm dev ends first. */
  next<Type extends LifecycleEvent['type']>(
    type: Type,
    matches?: (event: EventOf<Type>) => boolean,
  ): Promise<EventOf<Type>>
  /** The next that goes live, of one app where it is named; rejects when it is rejected instead. */
  goesLive(app?: string): Promise<EventOf<'live'>>
  /** base URL on loopback and the Host header to send: not every resolver knows *.localhost; of what went live last, or of one app */
  address(app?: string): {origin: string; host: string}
  fetch(path?: string, init?: RequestInit): Promise<{status: number; release: string | null; text: string}>
  /** Ctrl-C, and waits for its end. */
  stop(): Promise<void>
}

/** Less than AVA waits before it ends the whole run, with all other files. */
const longestMs = 120_000

const lateAfter = (tell: () => void): Disposable => {
  const timer = setTimeout(tell, longestMs)
  return {[Symbol.dispose]: () => clearTimeout(timer)}
}

/** Starts `imm dev --json` in a project; disposing ends it and everything of the project that is left. */
export const startDev = (
  project: TestProject,
  args: readonly string[] = [],
  env: Record<string, string> = {},
  user: User = {},
): Dev => {
  const child = execa(process.execPath, [immBin, 'dev', '--json', ...args], {
    cwd: project.directory,
    env: {...immEnv(project), ...env},
    ...user,
    reject: false,
    stdin: 'ignore',
    buffer: false,
  })
  const events: LifecycleEvent[] = []
  const given = new Set<LifecycleEvent>()
  const waiting = new Set<() => void>()
  let stderr = ''
  let ended = false
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    events.push(...lines.map((line) => JSON.parse(line) as LifecycleEvent))
    for (const wake of waiting) wake()
  })
  const ending = child.then(({exitCode}) => {
    ended = true
    for (const wake of waiting) wake()
    return exitCode
  })
  const address = (app?: string) => {
    const isLive = (event: LifecycleEvent): event is EventOf<'live'> =>
      event.type === 'live' && (app === undefined || event.app === app)
    const live = events.findLast(isLive)
    if (!live) throw new Error('nothing is live yet')
    const {hostname, port} = new URL(live.url)
    return {origin: `http://127.0.0.1:${port}`, host: `${hostname}:${port}`}
  }
  const told = () => `${stderr}\n${events.map((event) => JSON.stringify(event)).join('\n')}`
  const take = async <Wanted extends LifecycleEvent>(
    what: string,
    isWanted: (event: LifecycleEvent) => event is Wanted,
  ): Promise<Wanted> => {
    let late = false
    using _ = lateAfter(() => {
      late = true
      for (const wake of waiting) wake()
    })
    for (;;) {
      const found = events.filter(isWanted).find((event) => !given.has(event))
      if (found) {
        given.add(found)
        return found
      }
      if (ended) throw new Error(`imm dev ended before ${what}:\n${told()}`)
      if (late) throw new Error(`no ${what} within ${longestMs / 1000} s:\n${told()}`)
      const {promise, resolve} = Promise.withResolvers<void>()
      waiting.add(resolve)
      await promise
      waiting.delete(resolve)
    }
  }
  return {
    pid: child.pid ?? 0,
    kill: (signal) => void child.kill(signal),
    ended: ending,
    events,
    stderr: () => stderr,
    address,
    next(type, matches = () => true) {
      return take(
        `"${type}"`,
        (event): event is EventOf<typeof type> => event.type === type && matches(event as EventOf<typeof type>),
      )
    },
    async goesLive(app) {
      const event = await take(
        'an outcome',
        (one): one is EventOf<'live'> | EventOf<'rejected'> =>
          (one.type === 'live' || one.type === 'rejected') && (app === undefined || one.app === app),
      )
      if (event.type === 'live') return event
      throw new Error(`rejected instead of live: ${JSON.stringify(event, undefined, 2)}`)
    },
    async fetch(path = '/', init) {
      const {origin, host} = address()
      const {get} = await import('node:http')
      const {promise, resolve, reject} = Promise.withResolvers<{status: number; release: string | null; text: string}>()
      const headers = {host, ...(init?.headers as Record<string, string> | undefined)}
      get(`${origin}${path}`, {headers, agent: false}, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            release: (response.headers['x-imm-release'] as string | undefined) ?? null,
            text,
          }),
        )
      }).on('error', reject)
      return promise
    },
    async stop() {
      child.kill('SIGINT')
      await ending
    },
    async [Symbol.asyncDispose]() {
      if (!ended) {
        child.kill('SIGINT')
        await ending
      }
      await imm(project, 'down', '--volumes')
      // Or it would write its routes where its home was.
      await imm(project, 'proxy', 'stop')
      const left = await containersOf(project.name)
      if (left.length > 0) throw new Error(`left over: ${left.map(({Names}) => Names.join()).join(' ')}`)
    },
  }
}
