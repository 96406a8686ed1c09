import {ImmError} from '../../errors.ts'
import type {ServicePort} from '../events.ts'
import type {Dependency} from './spec.ts'

/** How a backing service is. */
export interface ServiceState {
  service: string
  /** `waiting`: for what it depends on; `healthy` and `unhealthy` only where it has a healthcheck, `running` before that and elsewhere */
  state: 'waiting' | 'pulling' | 'starting' | 'running' | 'healthy' | 'unhealthy' | 'completed' | 'exited' | 'failed'
  /** id; undefined where there is none */
  container: string | undefined
  ports: readonly ServicePort[]
  /** epoch ms: since when its container runs */
  sinceMs: number | undefined
  exitCode: number | undefined
  /** another container than an earlier imm had left took its place, because its definition had changed, or with what it depends on */
  replaced: boolean
}

interface Entry {
  state: ServiceState
  hasHealthcheck: boolean | undefined
  /** why it can't be as it is to be */
  failure: ImmError | undefined
}

/** How all backing services are, for those who wait for them. */
export interface Board {
  states: () => readonly ServiceState[]
  state(service: string): ServiceState
  set(service: string, change: Partial<Omit<ServiceState, 'service'>>): void
  /** known before it is started */
  know(service: string, hasHealthcheck: boolean): void
  fail(service: string, error: ImmError): void
  ready: (service: string, condition: Dependency['condition'], signal: AbortSignal) => Promise<void>
}

export const createBoard = (services: readonly string[]): Board => {
  const entries = new Map<string, Entry>(
    services.map((service) => [service, {state: fresh(service), hasHealthcheck: undefined, failure: undefined}]),
  )
  let changed = Promise.withResolvers<void>()
  const tell = () => {
    changed.resolve()
    changed = Promise.withResolvers()
  }
  const entryOf = (service: string): Entry => {
    const entry = entries.get(service)
    if (!entry) throw new ImmError('SERVICE_NOT_FOUND', `there is no backing service ${service}`)
    return entry
  }
  return {
    states: () => [...entries.values()].map(({state}) => state),
    state: (service) => entryOf(service).state,
    set(service, change) {
      const entry = entryOf(service)
      entry.state = {...entry.state, ...change}
      if (change.state !== undefined) entry.failure = undefined
      tell()
    },
    know(service, hasHealthcheck) {
      entryOf(service).hasHealthcheck = hasHealthcheck
      tell()
    },
    fail(service, error) {
      const entry = entryOf(service)
      // One that ended keeps saying so.
      const state =
        entry.state.state === 'exited' ? 'exited' : entry.state.state === 'unhealthy' ? 'unhealthy' : 'failed'
      entry.state = {...entry.state, state}
      entry.failure = error
      tell()
    },
    async ready(service, condition, signal) {
      const {promise: stopped, reject} = Promise.withResolvers<never>()
      const stop = () => reject(signal.reason as Error)
      signal.throwIfAborted()
      signal.addEventListener('abort', stop, {once: true})
      try {
        while (!isReady(entryOf(service), condition)) await Promise.race([changed.promise, stopped])
      } finally {
        signal.removeEventListener('abort', stop)
      }
    },
  }
}

const fresh = (service: string): ServiceState => ({
  service,
  state: 'waiting',
  container: undefined,
  ports: [],
  sinceMs: undefined,
  exitCode: undefined,
  replaced: false,
})

/** Throws where it can't become so by itself. */
const isReady = (
  {state: {service, state}, hasHealthcheck, failure}: Entry,
  condition: Dependency['condition'],
): boolean => {
  if (condition === 'healthy' && hasHealthcheck === false)
    throw new ImmError(
      'COMPOSE_INVALID',
      `service ${service} has no healthcheck, so nobody can wait until it is healthy`,
      {
        next: `Give ${service} a \`healthcheck:\`, or depend on it with \`condition: service_started\`.`,
      },
    )
  switch (condition) {
    case 'started':
      if (['running', 'healthy', 'unhealthy', 'completed'].includes(state)) return true
      break
    case 'healthy':
      if (state === 'healthy') return true
      break
    case 'completed':
      if (state === 'completed') return true
      break
  }
  if (failure) throw failure
  return false
}
