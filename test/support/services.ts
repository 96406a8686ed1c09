import {createBackground} from '../../src/lifecycle/background.ts'
import type {Happening} from '../../src/lifecycle/events.ts'
import type {Clock} from '../../src/lifecycle/ports.ts'
import type {ServicesAt} from '../../src/lifecycle/services/at.ts'
import {openServices, type Services} from '../../src/lifecycle/services/services.ts'
import type {Application, Dependency, ServiceSpec} from '../../src/lifecycle/services/spec.ts'
import {realClock} from './lifecycle-clock.ts'
import {memoryEngine, type MemoryEngine} from './memory-engine/memory-engine.ts'
import type {Program} from './memory-engine/program.ts'

export const environment = {project: 'shop', environment: 'main'} as const
export const {signal: noSignal} = new AbortController()

export const service = (name: string, more: Partial<ServiceSpec> = {}): ServiceSpec => ({
  name,
  image: `${name}:1`,
  pull: 'missing',
  dependsOn: [],
  completes: false,
  env: {},
  command: undefined,
  user: undefined,
  volumes: [],
  tmpfs: [],
  readOnly: false,
  resources: {memoryBytes: undefined, cpus: undefined},
  container: {attachment: undefined, binds: [], options: {}},
  files: [],
  published: [],
  ...more,
})

export const on = (name: string, more: Partial<Dependency> = {}): Dependency => ({
  name,
  condition: 'started',
  required: true,
  restart: false,
  ...more,
})

export const applicationOf = (services: readonly ServiceSpec[], more: Partial<Application> = {}): Application => ({
  name: 'shop',
  directory: '/shop',
  files: ['/shop/compose.yaml'],
  apps: [],
  services,
  networks: [],
  volumes: [],
  notes: [],
  ...more,
})

type ServiceEvent = Extract<Happening, {type: 'service'}>

const isService = (event: Happening): event is ServiceEvent => event.type === 'service'

export interface TestServices {
  engine: MemoryEngine
  events: Happening[]
  /** every change of a service as `db started` */
  changes(): string[]
  /** The next change of a service to a state that nobody was given before. */
  next(service: string, state: ServiceEvent['state']): Promise<ServiceEvent>
  /** lines as `db: text` */
  lines(): string[]
  open(services: readonly ServiceSpec[], more?: Partial<ServicesAt>): Promise<Services>
  /** Ends as kill -9 does: nobody looks after anything, and all runs on. */
  kill(): void
  container(service: string): Promise<string | undefined>
}

export const testServices = (programs: Readonly<Record<string, Program>>, clock: Clock = realClock): TestServices => {
  const engine = memoryEngine()
  for (const [name, program] of Object.entries(programs)) engine.offer(`${name}:1`, program)
  const events: Happening[] = []
  const given = new Set<Happening>()
  let told = Promise.withResolvers<void>()
  let over = new AbortController()
  const emit = (happening: Happening) => {
    events.push(happening)
    told.resolve()
    told = Promise.withResolvers()
  }
  return {
    engine,
    events,
    changes: () => events.filter(isService).map((event) => `${event.service} ${event.state}`),
    async next(name, state) {
      for (;;) {
        const found = events
          .filter(isService)
          .find((event) => event.service === name && event.state === state && !given.has(event))
        if (found) {
          given.add(found)
          return found
        }
        await told.promise
      }
    },
    lines: () => events.flatMap((event) => (event.type === 'log' ? [`${event.service}: ${event.text}`] : [])),
    async open(services, more = {}) {
      over = new AbortController()
      const background = createBackground(emit, (error) => {
        throw error
      })
      const application = applicationOf(services)
      return openServices({application, id: environment, engine, clock, emit, background, ...more}, over.signal)
    },
    kill: () => over.abort(new Error('killed')),
    async container(name) {
      const found = await engine.instances({'imm.service': name}, noSignal)
      return found[0]?.id
    },
  }
}
