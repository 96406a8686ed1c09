import {placeOf} from '../routes.ts'
import type {RouteTable} from '../routes.ts'
import type {Upstream} from '../upstream.ts'
import type {RouteOf} from './port.ts'

/** Who gets plain requests, where nothing is to be done about them but to pass them on. `isOn`: nobody wants to be told of each. */
export const plainRoutes = (
  table: RouteTable<Upstream>,
  isOn: () => boolean,
): {onMain: RouteOf; onPort: (port: number) => RouteOf} => {
  const onMain: RouteOf = (host, target) => {
    const place = isOn() ? placeOf(table, host, target) : undefined
    return place?.strip === '' ? place.route : undefined
  }
  const onPort = (port: number): RouteOf => {
    return (host, target) => {
      const route = table.byPort.get(port)
      return route !== undefined && isOn() ? route : onMain(host, target)
    }
  }
  return {onMain, onPort}
}
