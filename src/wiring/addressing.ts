import type {Settings} from '../config/settings.ts'
import {lookUp, nameTrouble} from '../doctor/names.ts'
import type {Door, DoorState, RouteManner, RouteRequest, Traffic} from '../lifecycle/ports.ts'
import {isLoopbackHost} from '../proxy/hosts.ts'
import type {ProxyLink} from '../proxy/link.ts'
import {proxyTraffic} from '../proxy/traffic.ts'
import type {AppId} from '../release/identity.ts'
import {hostsOf, routesOf} from '../release/names.ts'

/** Where an app is reached beside its routes. */
export interface Addressing {
  /** it answers under the environment's own host; undefined: it is alone there */
  inFront?: boolean | undefined
  /** it listens on nothing, and has no address at all */
  worker?: boolean | undefined
  /** a port of its own on loopback */
  ownPort: number | undefined
  doors?: readonly Door[] | undefined
  /** the same once the port is known that the application listens on */
  doorsAt?: ((port: number) => readonly Door[]) | undefined
  /** it flips in one step with others of its environment: pages are kept to the releases that they came with */
  together?: boolean
  /** only who has a link or a password gets an answer */
  login?: boolean | undefined
}

export interface AddressedTraffic {
  traffic: Traffic
  /** all addresses of what was last opened */
  readonly urls: readonly string[]
  /** Opens the route again where the settings address it otherwise; where that fails, the old addresses stay. */
  readdress(settings: Settings, signal: AbortSignal): Promise<void>
  /** The application listens on this port: its doors lead there. */
  listensOn(port: number, signal: AbortSignal): Promise<void>
}

/** Traffic that is addressed as the settings say. `warn` hears of hosts that don't lead to this machine. */
export const addressedTraffic = (
  proxy: ProxyLink,
  id: AppId,
  {routes}: Settings,
  {inFront, worker, ownPort, doors, doorsAt, together, login}: Addressing,
  warn: (message: string) => void,
): AddressedTraffic => {
  const request: RouteRequest = {
    ...id,
    hosts: worker ? [] : hostsOf(id, inFront),
    routes: routesOf(id, routes),
    port: ownPort,
    ...(doors === undefined ? {} : {doors}),
    ...(together ? {together: 'apps'} : {}),
    ...(login === undefined ? {} : {login}),
  }
  const traffic = proxyTraffic(proxy, request)
  const looked = new Set<string>()
  let urls: readonly string[] = []
  const open = async (signal: AbortSignal, manner?: RouteManner) => {
    const state = await traffic.open(signal, manner)
    ;({urls} = state)
    for (const message of movedDoors(request.doors ?? [], state.doors)) {
      if (looked.has(message)) continue
      looked.add(message)
      warn(message)
    }
    for (const {host} of request.routes ?? []) {
      if (isLoopbackHost(host) || looked.has(host)) continue
      looked.add(host)
      void tellTrouble(host, warn, signal)
    }
    return state
  }
  return {
    traffic: {...traffic, open},
    get urls() {
      return urls
    },
    async listensOn(port, signal) {
      const now = doorsAt?.(port)
      if (now === undefined || JSON.stringify(now) === JSON.stringify(request.doors)) return
      request.doors = now
      await open(signal)
    },
    async readdress(settings, signal) {
      const before = request.routes
      const now = routesOf(id, settings.routes)
      if (JSON.stringify(now) === JSON.stringify(before)) return
      request.routes = now
      try {
        await open(signal)
      } catch (error) {
        request.routes = before
        throw error
      }
    },
  }
}

const tellTrouble = async (host: string, warn: (message: string) => void, signal: AbortSignal): Promise<void> => {
  const facts = await lookUp(host, signal).catch(() => undefined)
  const trouble = facts && nameTrouble(facts, process.platform)
  if (trouble !== undefined) warn(trouble)
}

/** Published ports that somebody else has: the app is at others. */
const movedDoors = (asked: readonly Door[], opened: readonly DoorState[]): string[] =>
  asked.flatMap(({host, port, to, flexible}, index) => {
    const now = opened[index]
    return flexible && port !== 0 && now?.open && now.port !== port
      ? [`${host}:${port} is taken: port ${to} is published at ${host}:${now.port}`]
      : []
  })
