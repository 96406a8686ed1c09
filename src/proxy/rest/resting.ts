import type {AppId, EnvironmentId} from '../../release/identity.ts'
import type {Holds} from '../hold.ts'
import type {Log} from '../log.ts'
import {setAnnouncement} from '../notice.ts'
import type {Watchers} from '../reload/watchers.ts'
import {lanesOf} from '../routes.ts'
import type {Route, RouteTable} from '../routes.ts'
import {restRoute} from '../split.ts'

/** What goes on on one route. */
export interface RouteActivity extends AppId {
  /** only ever compared with what it was before: another number means that somebody asked */
  requests: number
  /** under way, connections that stay open among them, or waiting */
  busy: boolean
  asleep: boolean
}

/** Environments that are put to rest, and woken by the first request. */
export interface Resting {
  activity(): readonly RouteActivity[]
  /**
   * Takes the traffic from all routes of an environment in one step: from then on requests wait, and the first wakes it. On disk when it
   * resolves, with the apps whose traffic it was. Undefined, with nothing changed, where somebody is served now, unless `hard`.
   */
  rest(id: EnvironmentId, hard: boolean): Promise<readonly AppId[] | undefined>
  /** Whoever waits is told why in vain; the next request wakes it again. */
  notWoken(id: EnvironmentId, message: string, output: readonly string[]): void
}

interface Context {
  holds: Pick<Holds, 'expire' | 'count'>
  watchers: Pick<Watchers, 'tell'>
  log: Log
}

/** `changed`: resolves when it is kept. */
export const createResting = (table: RouteTable, context: Context, changed: () => Promise<void>): Resting => {
  const isBusy = (route: Route): boolean =>
    context.holds.count(route) > 0 || lanesOf(route).some(({inFlight}) => inFlight.size > 0)
  return {
    activity: () =>
      [...table.byId.values()].map((route) => {
        const {project, environment, app} = route.request
        return {project, environment, app, requests: route.counters.requests, busy: isBusy(route), asleep: route.asleep}
      }),
    async rest(id, hard) {
      const routes = routesOf(table, id)
      if (!hard && routes.some(isBusy)) return undefined
      const rested = routes.filter(restRoute)
      for (const route of rested) route.announcement = undefined
      for (const route of rested) context.watchers.tell(route)
      if (rested.length > 0) context.log(`put to rest ${rested.map((route) => route.id).join(', ')}`)
      await changed()
      return rested.map(({request: {project, environment, app}}) => ({project, environment, app}))
    },
    notWoken(id, message, output) {
      for (const route of routesOf(table, id).filter(({asleep}) => asleep)) {
        route.waking = false
        setAnnouncement(route, {stage: 'wake', release: undefined, message, output, failed: true})
        context.holds.expire(route)
      }
    },
  }
}

/** Tells of an environment once that it is wanted again. */
export const createWake =
  (table: RouteTable, onWake: (id: EnvironmentId) => void): ((route: Route) => void) =>
  ({waking, request: {project, environment}}) => {
    if (waking) return
    for (const route of routesOf(table, {project, environment})) {
      if (!route.asleep) continue
      route.waking = true
      setAnnouncement(route, {stage: 'wake', release: undefined, message: 'It was asleep.', output: []})
    }
    onWake({project, environment})
  }

export const routesOf = (table: RouteTable, {project, environment}: EnvironmentId): Route[] =>
  [...table.byId.values()].filter(({request}) => request.project === project && request.environment === environment)
