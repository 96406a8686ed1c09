import type {RequestIn} from '../message.ts'
import {routeId} from '../routes.ts'
import type {Route} from '../routes.ts'

/**
 * Whether the request may be judged by what the browser sends along by itself: not where a page of another environment, or of elsewhere, makes it.
 * All previews of a domain are one site to browsers, which send its cookies with each other's requests and WebSockets.
 */
export const isOwnPage = (
  {headers}: Pick<RequestIn, 'headers'>,
  route: Pick<Route, 'request'>,
  routeUnder: (host: string) => Pick<Route, 'request'> | undefined,
): boolean => {
  const {origin} = headers
  const site = headers['sec-fetch-site']
  if (site === 'same-origin' || site === 'none' || origin === undefined) return true
  const from = URL.parse(origin)
  const own = from === null || from.host === '' ? undefined : routeUnder(from.host)
  return from?.host === headers.host || (own !== undefined && environmentOf(own) === environmentOf(route))
}

const environmentOf = ({request}: Pick<Route, 'request'>): string => routeId({...request, app: ''})
