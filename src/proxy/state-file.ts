import {mkdir, open, readFile, rename} from 'node:fs/promises'
import path from 'node:path'

import type {RouteRequest, Target} from '../lifecycle/ports.ts'
import type {ReleaseName} from '../release/identity.ts'
import {isSystemError} from '../socket/system-error.ts'
import {doorKey} from './doors/doorway.ts'
import type {Log} from './log.ts'
import {readRouteRequest} from './read-route.ts'
import {readInteger, readList, readNumber, readRecord, readTarget, readText} from './record.ts'
import type {Pool, Route, RouteTable} from './routes.ts'

/** What outlives the process. */
export interface SavedProxy {
  /** the main port; 0: none chosen yet */
  port: number
  routes: readonly SavedRoute[]
  /** there was one that made no sense */
  lost?: boolean
}

export interface SavedRoute {
  request: RouteRequest
  /** where its doors are that may be anywhere, by what was asked for */
  doorPorts?: Readonly<Record<string, number>>
  generation: number
  attempt: string | undefined
  displaced: readonly Target[]
  portions: readonly SavedPool[]
  mirror: SavedPool | undefined
  previous: readonly Target[]
  /** put to rest; absent in files of before there was any */
  asleep?: boolean
}

export interface SavedPool {
  /** also of one whose targets all died */
  release: ReleaseName
  weight: number
  targets: readonly Target[]
}

/** 1: one live target; 2: portions and mirror */
const formatVersion = 2

export const statePath = (home: string): string => path.join(home, 'proxy-routes.json')

export const savedRoutes = (table: RouteTable): readonly SavedRoute[] => [...table.byId.values()].map(savedRoute)

/**
 * Reads the file. One that makes no sense is set aside under another name, so that nothing is lost and the proxy starts; or that is an
 * error, where somebody else can go on.
 */
export const readState = async (
  home: string,
  log: Log,
  otherwise: 'set aside' | 'fail' = 'set aside',
): Promise<SavedProxy> => {
  const file = statePath(home)
  try {
    return parseState(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return {port: 0, routes: []}
    if (otherwise === 'fail') throw error
    const aside = `${file}.corrupt-${Date.now()}`
    await rename(file, aside)
    log(
      `set aside ${path.basename(file)} as ${path.basename(aside)}: ${error instanceof Error ? error.message : String(error)}`,
    )
    return {port: 0, routes: [], lost: true}
  }
}

/** Replaces the file as a whole: readers and a death in between find the old one or the new one. */
export const writeState = async (home: string, saved: SavedProxy): Promise<void> => {
  await mkdir(home, {recursive: true, mode: 0o700})
  const file = statePath(home)
  const temporary = `${file}.${process.pid}.tmp`
  {
    await using handle = await open(temporary, 'w', 0o600)
    await handle.writeFile(`${JSON.stringify({version: formatVersion, ...saved}, undefined, 2)}\n`)
    await handle.sync()
  }
  await rename(temporary, file)
  // The new name, too, must outlive a power cut; Windows opens no directories.
  if (process.platform === 'win32') return
  await using directory = await open(home, 'r')
  await directory.sync()
}

/** Writes of one process, one after the other; changes during a write share the next one. `save` resolves when its change is on disk. */
export const stateSaver = (write: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const run = (): Promise<void> => {
    next = undefined
    running = write().finally(() => {
      if (next === undefined) running = undefined
    })
    return running
  }
  return () => {
    if (running === undefined) return run()
    next ??= running.then(run, run)
    return next
  }
}

const savedRoute = (route: Route): SavedRoute => ({
  request: route.request,
  ...(route.doors.length === 0 ? {} : {doorPorts: portsOfDoors(route)}),
  generation: route.generation,
  attempt: route.attempt,
  displaced: route.displaced,
  portions: route.pools.map(savedPool),
  mirror: route.mirror && savedPool(route.mirror),
  previous: route.previous.map(({target}) => target),
  ...(route.asleep ? {asleep: true} : {}),
})

const portsOfDoors = ({doors}: Route): Record<string, number> =>
  Object.fromEntries(doors.map(({door, port}) => [doorKey(door), port]))

const savedPool = ({release, weight, lanes}: Pool): SavedPool => ({
  release,
  weight,
  targets: lanes.map(({target}) => target),
})

const parseState = (json: unknown): SavedProxy => {
  const record = readRecord(json, 'state')
  const version = readInteger(record, 'version', 1, formatVersion)
  return {
    port: readInteger(record, 'port', 0, 65_535),
    routes: readList(record, 'routes').map((route) => parseRoute(readRecord(route, 'route'), version)),
  }
}

const parseRoute = (record: Record<string, unknown>, version: number): SavedRoute => {
  const previous = readList(record, 'previous').map(readTarget)
  return {
    request: readRouteRequest(record['request']),
    ...(record['doorPorts'] === undefined ? {} : {doorPorts: parsePorts(record['doorPorts'])}),
    generation: readInteger(record, 'generation', 0, Number.MAX_SAFE_INTEGER),
    attempt: typeof record['attempt'] === 'string' ? record['attempt'] : undefined,
    ...(version === 1 ? partsOfFirstFormat(record, previous) : parseParts(record)),
    previous,
    ...(record['asleep'] === true ? {asleep: true} : {}),
  }
}

const parsePorts = (json: unknown): Record<string, number> => {
  const record = readRecord(json, 'doorPorts')
  return Object.fromEntries(Object.keys(record).map((key) => [key, readInteger(record, key, 0, 65_535)]))
}

type Parts = Pick<SavedRoute, 'displaced' | 'portions' | 'mirror'>

const parseParts = (record: Record<string, unknown>): Parts => ({
  displaced: readList(record, 'displaced').map(readTarget),
  portions: readList(record, 'portions').map(parsePool),
  mirror: record['mirror'] === undefined ? undefined : parsePool(record['mirror']),
})

const partsOfFirstFormat = ({live}: Record<string, unknown>, previous: readonly Target[]): Parts => {
  const targets = live === undefined ? [] : [readTarget(live)]
  return {
    displaced: previous.slice(0, 1),
    portions: targets.map((target) => ({release: target.release, weight: 1, targets: [target]})),
    mirror: undefined,
  }
}

const parsePool = (json: unknown): SavedPool => {
  const record = readRecord(json, 'portion')
  return {
    release: readText(record, 'release') as ReleaseName,
    weight: readNumber(record, 'weight', 0, 1),
    targets: readList(record, 'targets').map(readTarget),
  }
}
