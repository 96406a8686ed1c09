import type {ExchangeContext} from '../exchange-context.ts'
import type {Guard} from '../login/guard.ts'
import {placeOf} from '../routes.ts'
import type {Route, RouteTable} from '../routes.ts'
import type {Upstream} from '../upstream.ts'
import type {RouteOf} from './port.ts'

/** Who gets plain requests, where nothing is to be done about them but to pass them on. */
export const plainRoutes = (
  table: RouteTable<Upstream>,
  context: ExchangeContext,
  guard: Pick<Guard, 'asksAll'>,
  isWanted: boolean,
): {
  onMain: RouteOf
  onPort: (port: number) => RouteOf
  onDoor: (find: () => Route<Upstream> | undefined) => RouteOf
} => {
  // What another proxy says is believed, who asks is looked at, or each request told of, in Node's path alone.
  const isOn = (): boolean =>
    isWanted && !guard.asksAll && !context.access.isOn && context.relay === undefined && !context.clients.trustForwarded
  const onMain: RouteOf = (host, target) => {
    const place = isOn() ? placeOf(table, host, target) : undefined
    return place?.strip === '' ? unlessMore(place.route) : undefined
  }
  const onPort = (port: number): RouteOf => {
    return (host, target) => {
      const route = table.byPort.get(port)
      return route !== undefined && isOn() ? unlessMore(route) : onMain(host, target)
    }
  }
  const onDoor =
    (find: () => Route<Upstream> | undefined): RouteOf =>
    () => {
      const route = isOn() ? find() : undefined
      return route && unlessMore(route)
    }
  return {onMain, onPort, onDoor}
}

/** Pages get a tag on their way, see reload/; who asks may have to log in, see login/; and somebody may record it, see recording/. */
const unlessMore = (route: Route<Upstream>): Route<Upstream> | undefined =>
  route.request.reload === true || route.request.login === true || route.recorders !== undefined ? undefined : route
