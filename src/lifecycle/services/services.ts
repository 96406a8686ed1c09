import {isImmError} from '../../errors.ts'
import {sharedName} from '../../release/names.ts'
import {servicesLabels} from '../../release/services.ts'
import {watchExits, type ExitsWatch} from '../exits.ts'
import type {EngineEvent} from '../ports.ts'
import {Stopped} from '../stopped.ts'
import type {Here, ServicesAt} from './at.ts'
import {createBoard, type ServiceState} from './board.ts'
import {bringUp} from './bring-up.ts'
import {startOrder} from './order.ts'
import {foundServices, isMark, removeServices, type FoundService} from './remove.ts'
import type {ServiceSpec} from './spec.ts'
import {failed, tend, type Tending} from './tend.ts'
import type {Ready} from './when-ready.ts'

/** The backing services of an environment, looked after. */
export interface Services {
  /** Resolves once a service is as it is to be. SERVICE_FAILED where it ended, is unhealthy or could not be started. */
  ready: Ready
  states: () => readonly ServiceState[]
  /** Looks after them no more; they run on, and a later `openServices` adopts them. */
  leave(): Promise<void>
  /** Stops and removes their containers, each before what it depends on; marks of what ran to its end stay, as volumes and networks do. */
  close(signal: AbortSignal): Promise<void>
}

/**
 * Starts the backing services of an environment, each as soon as what it depends on is ready, and looks after them; those that run already
 * as they should are adopted. Resolves when it has begun. COMPOSE_INVALID for what can't be started in any order.
 */
export const openServices = async (at: ServicesAt, signal: AbortSignal): Promise<Services> => {
  const {application, id, engine, emit, background} = at
  const apps = (at.apps?.names ?? []).map((name) => ({name, dependsOn: []}))
  // Cycles through apps are found by who knows both.
  startOrder([...application.services, ...apps])
  const over = new AbortController()
  const inner = AbortSignal.any([signal, over.signal])
  const here: Here = {...at, board: createBoard(application.services.map(({name}) => name))}
  const tended = new Set<Tending>()
  const exits = watchExits({engine}, servicesLabels(id))
  exits.subscribe((event) => notice(event, tended, here))

  const working = new Set<Promise<void>>()
  const work = (doing: Promise<void>): void => {
    const settled = doing.catch((error: unknown) => {
      if (!inner.aborted) throw error
    })
    working.add(settled)
    background.add(settled.finally(() => working.delete(settled)))
  }
  work(watch(exits, tended, here, inner))

  const found = await foundServices(id, engine, inner)
  const gone = found.filter(({identity}) => application.services.every(({name}) => name !== identity.service))
  await dropGone(gone, here, inner)

  const begin = async (service: ServiceSpec): Promise<void> => {
    const isIts = ({instance}: FoundService) => instance.name === sharedName(id, service.name)
    try {
      const up = await untilEngine(here, inner, async (again) => {
        const now = again ? await foundServices(id, engine, inner) : found
        return bringUp(service, now.find(isIts)?.instance, here, inner)
      })
      if (here.board.state(service.name).state === 'completed') return
      const tending = tend(up, here, inner)
      tended.add(tending)
      await tending.run()
    } catch (error) {
      if (inner.aborted || !isImmError(error)) throw error
      failed(service.name, error, here)
    }
  }
  for (const service of application.services) work(begin(service))

  const leave = async (): Promise<void> => {
    over.abort(new Stopped({kind: 'quit'}))
    await Promise.allSettled(working)
  }
  return {
    ready: here.board.ready,
    states: here.board.states,
    leave,
    async close(hurry) {
      await leave()
      const left = (await foundServices(id, engine, hurry)).filter((service) => !isMark(service))
      await removeServices(
        left,
        engine,
        ({identity: {service}}) => emit({type: 'service', service, state: 'removed'}),
        hurry,
      )
    },
  }
}

const engineRetryMs = 250

/** An engine that is away is waited for: nobody's definition is wrong. */
const untilEngine = async <T>({clock}: Here, signal: AbortSignal, act: (again: boolean) => Promise<T>): Promise<T> => {
  for (let again = false; ; again = true) {
    try {
      return await act(again)
    } catch (error) {
      if (!isImmError(error, 'ENGINE_LOST')) throw error
      await clock.sleep(engineRetryMs, signal)
    }
  }
}

/** What the file describes no more: its network and ports are others' now. */
const dropGone = async (gone: readonly FoundService[], {engine, emit}: Here, signal: AbortSignal): Promise<void> =>
  removeServices(
    gone,
    engine,
    ({identity: {service}}) =>
      emit({type: 'service', service, state: 'removed', why: 'the Compose file has it no more'}),
    signal,
  )

/** Reads the engine's events; after each gap everything is looked at. */
const watch = async (
  exits: ExitsWatch,
  tended: ReadonlySet<Tending>,
  {clock}: Here,
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    const over = exits.run(signal)
    await Promise.all([...tended].map(async (one) => one.look()))
    await over
    if (!signal.aborted) await clock.sleep(engineRetryMs, signal)
  }
}

const notice = (event: EngineEvent, tended: ReadonlySet<Tending>, {background}: Here): void => {
  for (const one of tended) if (one.container === event.id) background.add(one.look(event))
}
