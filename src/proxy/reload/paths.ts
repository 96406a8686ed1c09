import {hostName} from '../hosts.ts'
import type {RequestIn} from '../message.ts'
import {isWithin, meantPath} from '../origin.ts'
import type {Route} from '../routes.ts'

const stream = '/.imm/reload'
const script = '/.imm/reload.js'
/** of a route that has a host for itself */
export const sharePath = '/.imm/share'

/** The proxy's own paths, for a route as this request reaches it: under the route's path, where it has one. */
export const ownPaths = (route: Route, request: RequestIn): {stream: string; script: string; share: string} => {
  const mount = mountOf(route, request)
  return {stream: mount + stream, script: mount + script, share: mount + sharePath}
}

/** Whether it may be one of them. */
export const mayBeOwn = ({url = ''}: RequestIn): boolean => url.endsWith(stream) || url.endsWith(script)

/** Nothing for `/`. */
const mountOf = ({places}: Route, {url = '/', headers}: RequestIn): string => {
  const host = hostName(headers.host ?? '')
  const path = meantPath(url)
  return places
    .filter((place) => place.path !== '/' && place.host === host && isWithin(path, place.path))
    .reduce((longest, place) => (place.path.length > longest.length ? place.path : longest), '')
}
