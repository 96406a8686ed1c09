import type {IncomingMessage} from 'node:http'

import {hostName} from '../hosts.ts'
import {isWithin, meantPath} from '../origin.ts'
import {placesOf} from '../routes.ts'
import type {Route} from '../routes.ts'

const stream = '/.imm/reload'
const script = '/.imm/reload.js'

/** The proxy's own paths, for a route as this request reaches it: under the route's path, where it has one. */
export const ownPaths = (route: Route, request: IncomingMessage): {stream: string; script: string} => {
  const mount = mountOf(route, request)
  return {stream: mount + stream, script: mount + script}
}

/** Whether it may be one of them. */
export const mayBeOwn = ({url = ''}: IncomingMessage): boolean => url.endsWith(stream) || url.endsWith(script)

/** Nothing for `/`. */
const mountOf = ({request}: Route, {url = '/', headers}: IncomingMessage): string => {
  const host = hostName(headers.host ?? '')
  const path = meantPath(url)
  return placesOf(request)
    .filter((place) => place.path !== '/' && place.host === host && isWithin(path, place.path))
    .reduce((longest, place) => (place.path.length > longest.length ? place.path : longest), '')
}
