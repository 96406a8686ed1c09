import {randomUUID} from 'node:crypto'

import {portLabel} from '../engine/docker/address.ts'
import {placeOf} from '../ledger/files.ts'
import {readEntries} from '../ledger/read.ts'
import {replay} from '../ledger/replay.ts'
import type {Engine, Instance, RouteRequest, Target} from '../lifecycle/ports.ts'
import {directCall} from '../proxy/link.ts'
import {routeId} from '../proxy/routes.ts'
import {containerIdentity, type ContainerIdentity} from '../release/labels.ts'
import {hostsOf} from '../release/names.ts'
import {askSession} from '../session/ask.ts'
import type {StatePaths} from '../state/paths.ts'
import {openEngine} from './engine.ts'

type Running = Instance & {identity: ContainerIdentity; address: Target['address']}

/**
 * Opens the routes of what runs on a proxy that lost its own: the containers' labels tell what they are, the history which of them had the
 * traffic. A running imm tells the proxy about its environment itself. A port of its own, and doors, come back with the next `imm dev`.
 */
export const rebuildRoutes = async (paths: StatePaths, log: (text: string) => void): Promise<void> => {
  const {signal} = new AbortController()
  const {engine} = await openEngine(paths, signal)
  const byApp = Map.groupBy(await runningApps(engine, signal), ({identity}) => routeId(identity))
  for (const [id, instances] of byApp) {
    const [{identity}] = instances as [Running]
    const {project, environment, app} = identity
    if (await askSession(paths.runtime, identity, signal)) continue
    const {live} = replay(await readEntries(placeOf(paths.home, {project, environment, app}), signal))
    const targets = instances.filter((each) => each.identity.release === live).map(targetOf)
    if (targets.length === 0) {
      log(`${id} runs, and the history does not say which release of it had the traffic`)
      continue
    }
    const request: RouteRequest = {
      project,
      environment,
      app,
      hosts: targets.every(({address}) => address.port === 0) ? [] : hostsOf({project, environment, app}),
      port: undefined,
      // Whether a preview asked for a login went with the state: until it is brought up again, it does.
      ...(instances.some(({labels}) => labels['imm.ref'] !== undefined) ? {login: true} : {}),
    }
    const route = `/v1/routes/${[project, environment, app].map(encodeURIComponent).join('/')}`
    const call = directCall(paths)
    await call({method: 'PUT', path: route, body: request}, signal)
    const body = {split: {portions: [{targets, weight: 1}]}, attempt: randomUUID(), again: true}
    await call({method: 'POST', path: `${route}/split`, body}, signal)
    log(`${id} has its route again, to ${live}`)
  }
}

const runningApps = async (engine: Engine, signal: AbortSignal): Promise<Running[]> =>
  (await engine.instances({'imm.role': 'app'}, signal)).flatMap((instance) => {
    const identity = containerIdentity(instance.labels)
    const {address, state} = instance
    return identity && address && state === 'running' ? [{...instance, identity, address}] : []
  })

const targetOf = ({id, identity: {release, generation}, address, labels}: Running): Target => {
  const port = Number(labels[portLabel])
  return {release, generation, address, instance: id, ...(port > 0 && port !== address.port ? {port} : {})}
}
