import {randomUUID} from 'node:crypto'

import {portLabel} from '../engine/docker/address.ts'
import {placeOf} from '../ledger/files.ts'
import {readEntries} from '../ledger/read.ts'
import {replay} from '../ledger/replay.ts'
import type {Engine, Instance, RouteRequest, Target} from '../lifecycle/ports.ts'
import {directCall} from '../proxy/link.ts'
import {routeId} from '../proxy/routes.ts'
import type {AppId, EnvironmentId} from '../release/identity.ts'
import {containerIdentity, type ContainerIdentity} from '../release/labels.ts'
import {hostsOf} from '../release/names.ts'
import {askSession} from '../session/ask.ts'
import type {StatePaths} from '../state/paths.ts'
import {readPreview} from '../state/previews.ts'
import {openEngine} from './engine.ts'

type Found = Instance & {identity: ContainerIdentity}

/**
 * Opens the routes of what runs on a proxy that lost its own: the containers' labels tell what they are, the history which of them had the
 * traffic. A preview that is stopped or paused is found asleep: the first request wakes it. A running imm tells the proxy about its
 * environment itself. A port of its own, and doors, come back with the next `imm dev`.
 */
export const rebuildRoutes = async (paths: StatePaths, log: (text: string) => void): Promise<void> => {
  const {signal} = new AbortController()
  const {engine} = await openEngine(paths, signal)
  await rebuildFrom(engine, paths, log, signal)
}

export const rebuildFrom = async (
  engine: Pick<Engine, 'instances'>,
  paths: StatePaths,
  log: (text: string) => void,
  signal: AbortSignal,
  call = directCall(paths),
): Promise<void> => {
  const byApp = Map.groupBy(await foundApps(engine, signal), ({identity}) => routeId(identity))
  for (const [id, instances] of byApp) {
    const [{identity}] = instances as [Found]
    const {project, environment, app} = identity
    if (await askSession(paths.runtime, identity, signal)) continue
    const {live} = replay(await readEntries(placeOf(paths.home, {project, environment, app}), signal))
    const own = instances.filter((each) => each.identity.release === live)
    const running = own.flatMap((each) =>
      each.state === 'running' && each.address ? [targetOf(each, each.address)] : [],
    )
    const resting = running.length === 0 ? own.filter(isPreview).map(restingTargetOf) : []
    const targets = [...running, ...resting]
    if (targets.length === 0) {
      if (instances.some(({state}) => state === 'running'))
        log(`${id} runs, and the history does not say which release of it had the traffic`)
      continue
    }
    const request = {
      ...requestOf(identity, targets),
      ...(instances.some(isPreview) ? await loginOf(identity, paths) : {}),
    }
    const route = `/v1/routes/${[project, environment, app].map(encodeURIComponent).join('/')}`
    const open = async () => call({method: 'PUT', path: route, body: request}, signal)
    await open()
    if (resting.length > 0) {
      await call({method: 'POST', path: `${route}/asleep`, body: {targets}}, signal)
      log(`${id} has its route again, and ${live} is asleep`)
      continue
    }
    const body = {split: {portions: [{targets, weight: 1}]}, attempt: randomUUID(), again: true}
    await call({method: 'POST', path: `${route}/split`, body}, signal)
    // A route is looked after from when it is opened, and that of nothing that was ever live is not.
    await open()
    log(`${id} has its route again, to ${live}`)
  }
}

const requestOf = ({project, environment, app}: AppId, targets: readonly Target[]): RouteRequest => ({
  project,
  environment,
  app,
  hosts: targets.every(({address}) => address.port === 0) ? [] : hostsOf({project, environment, app}),
  port: undefined,
})

/** As its record has it. Where that is lost, too, it asks for a login until it is brought up again. */
const loginOf = async (id: EnvironmentId, {home}: StatePaths): Promise<{login: boolean}> => ({
  login: (await readPreview(home, id))?.access !== 'open',
})

const foundApps = async (engine: Pick<Engine, 'instances'>, signal: AbortSignal): Promise<Found[]> =>
  (await engine.instances({'imm.role': 'app'}, signal)).flatMap((instance) => {
    const identity = containerIdentity(instance.labels)
    return identity ? [{...instance, identity}] : []
  })

const isPreview = ({labels}: Found): boolean => labels['imm.ref'] !== undefined

const portOf = ({labels}: Found): number => Number(labels[portLabel]) || 0

const targetOf = (found: Found, address: Target['address']): Target => {
  const {release, generation} = found.identity
  const port = portOf(found)
  return {release, generation, address, instance: found.id, ...(port > 0 && port !== address.port ? {port} : {})}
}

/** Nothing is sent there: where it is reached is known once it is woken. */
const restingTargetOf = (found: Found): Target =>
  targetOf(found, found.address ?? {host: '127.0.0.1', port: portOf(found)})
