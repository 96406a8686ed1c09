import {isDeepStrictEqual} from 'node:util'

import {isImmError, type ImmError} from '../errors.ts'
import {createBackground} from '../lifecycle/background.ts'
import type {Happening, LifecycleEvent} from '../lifecycle/events.ts'
import type {Engine} from '../lifecycle/ports.ts'
import {openServices, type Services} from '../lifecycle/services/services.ts'
import {openShared} from '../lifecycle/services/shared.ts'
import type {Application, AppSpec, ServiceSpec} from '../lifecycle/services/spec.ts'
import {awaitDependencies} from '../lifecycle/services/when-ready.ts'
import type {Surroundings} from '../lifecycle/world.ts'
import type {EnvironmentId} from '../release/identity.ts'
import {saveNames} from '../state/names.ts'
import type {StatePaths} from '../state/paths.ts'
import type {Addressing} from './addressing.ts'
import {doorsOf} from './app-doors.ts'
import {appReadiness} from './app-readiness.ts'
import {systemClock} from './clock.ts'
import type {History} from './dev-app.ts'
import {openDoors, type EnvironmentDoors} from './environment-doors.ts'
import {isPortFree} from './free-port.ts'
import {openServiceFiles} from './service-files.ts'
import {withNames} from './surroundings.ts'

/** What the apps of an environment share while `imm dev` runs it: networks, volumes, backing services, and their names. */
export interface OpenApplication {
  addressing(app: AppSpec): Pick<Addressing, 'worker' | 'doors' | 'doorsAt'>
  surroundings(app: AppSpec): Surroundings
  /** an app has a live release */
  live(app: string): void
  /** The Compose file says otherwise now: services that differ are replaced, and nothing else is. */
  update(now: Application, signal: AbortSignal): Promise<void>
  warn(message: string): void
  /** An app was tried, once, and is not live. */
  failed(app: string, error: ImmError): void
  /** Resolves once every service is as it is to be, or can't become so: the first that can't. */
  settled(signal: AbortSignal): Promise<ImmError | undefined>
  /** Looks after nothing any more; the services run on. */
  leave(): Promise<void>
  /** Stops the services; networks and volumes stay. */
  close(hurry: AbortSignal): Promise<void>
}

export interface ApplicationRun {
  id: EnvironmentId
  application: Application
  engine: Engine
  paths: StatePaths
  /** of the project, absolute */
  directory: string
  listener: (event: LifecycleEvent) => void
  /** where what becomes of the services is kept; undefined where nothing is built */
  history: History | undefined
  /** what of git a preview is of; undefined where it is none */
  ref?: string | undefined
  /** what imm took for impossible happened beside everything else */
  onBug: (error: unknown) => void
}

export const openApplication = async (
  {id, application: first, engine, paths, directory, listener, history, ref, onBug}: ApplicationRun,
  signal: AbortSignal,
): Promise<OpenApplication> => {
  let application = first
  const emit = (happening: Happening) => {
    const app = 'service' in happening && typeof happening.service === 'string' ? happening.service : 'services'
    history?.listen(happening)
    listener({...happening, ...id, app, time: new Date().toISOString()})
  }
  const warn = (message: string) => emit({type: 'warning', message})
  const background = createBackground(emit, onBug)
  const files = openServiceFiles({
    id,
    paths,
    directory,
    engine,
    note: warn,
    onSecret: (name, content) => history?.hides(name, content),
  })
  const apps = appReadiness(first.apps.map(({name}) => name))

  const shareOut = async (now: Application): Promise<EnvironmentDoors> => {
    const {networks} = await openShared({application: now, id, engine}, signal)
    const doors = await openDoors(now, networks, id, engine, signal)
    await saveNames(paths.home, id, doors)
    return doors
  }
  let doors = await shareOut(first)

  const start = async (now: Application): Promise<Services> => {
    for (const {env} of now.services) history?.learns(env)
    return openServices(
      {
        application: {...now, services: now.services.map((service) => named(service, doors))},
        id,
        engine,
        clock: systemClock,
        emit,
        background,
        files,
        isFree: isPortFree,
        apps,
        ref,
      },
      signal,
    )
  }
  let services = await start(first)
  const ready: Services['ready'] = async (name, condition, within) =>
    apps.names.includes(name) ? apps.ready(name, condition, within) : services.ready(name, condition, within)
  /** as the Compose file has it now */
  const specOf = (app: AppSpec) => application.apps.find(({name}) => name === app.name) ?? app
  const has = (name: string) => [...application.apps, ...application.services].some((one) => one.name === name)

  let turn: Promise<void> = Promise.resolve()
  const update = async (now: Application): Promise<void> => {
    if (isDeepStrictEqual(sharedOf(now), sharedOf(application))) return
    application = now
    doors = await shareOut(now)
    await services.leave()
    services = await start(now)
  }

  return {
    addressing: (app) => {
      const doorsAt = (port: number | undefined) =>
        doorsOf(specOf(app), port, doors.places?.filter((place) => place.app === app.name) ?? [], doors.subnets)
      return {worker: app.settings.port === 0, doors: doorsAt(undefined), doorsAt}
    },
    surroundings: (app) => ({
      attach: (attachment) => withNames(attachment, app.name, doors),
      async ready(within) {
        await awaitDependencies(specOf(app), {ready, has, warn}, within)
      },
    }),
    live: (app) => apps.live(app),
    failed: (app, error) => apps.failed(app, error),
    async settled(within) {
      const ends = await Promise.allSettled(
        application.services.map(async ({name, completes}) =>
          services.ready(name, completes ? 'completed' : 'started', within),
        ),
      )
      within.throwIfAborted()
      const failure = ends.find((end) => end.status === 'rejected')?.reason as Error | undefined
      if (failure && !isImmError(failure)) throw failure
      return failure
    },
    async leave() {
      await services.leave()
      await background.idle()
    },
    async update(now) {
      turn = turn.catch(() => undefined).then(async () => update(now))
      return turn
    },
    warn,
    async close(hurry) {
      await services.close(AbortSignal.any([hurry, AbortSignal.timeout(closeTimeoutMs)]))
      await files.clear(AbortSignal.timeout(closeTimeoutMs))
      await background.idle()
    },
  }
}

const closeTimeoutMs = 60_000

const sharedOf = ({services, networks, volumes, apps}: Application) => ({
  services,
  networks,
  volumes,
  names: apps.map(({name, aliases, ports, settings}) => [name, aliases, ports, settings.container.attachment]),
  published: apps.map(({published}) => published),
  dependencies: apps.map(({dependsOn}) => dependsOn),
})

const named = (service: ServiceSpec, doors: EnvironmentDoors): ServiceSpec => {
  const {attachment} = service.container
  // What carries its names itself has them from the Compose file already.
  if (!attachment || doors.places === undefined) return service
  return {...service, container: {...service.container, attachment: withNames(attachment, service.name, doors)}}
}
