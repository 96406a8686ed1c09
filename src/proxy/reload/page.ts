import type {IncomingMessage} from 'node:http'

import {escapeHtml} from '../escape-html.ts'
import type {Exchange} from '../exchange.ts'
import type {HeaderList} from '../headers.ts'
import type {Log} from '../log.ts'
import type {BodyFilter} from '../pass.ts'
import {createInsertion} from './insertion.ts'
import {ownPaths} from './paths.ts'
import {scriptUnder} from './policy.ts'

const notAsked = new Set(['accept-encoding', 'if-none-match', 'if-modified-since'])

/**
 * What is asked of the application for a page that gets the tag: as it is, and as a whole. A page that a browser has kept names the release
 * that it came from.
 */
export const pageRequestHeaders = (list: HeaderList): HeaderList => [
  ...without(list, notAsked),
  'Accept-Encoding',
  'identity',
]

/** They tell of the body as the application sent it. */
const ofTheBody = new Set([
  'content-length',
  'content-md5',
  'content-digest',
  'repr-digest',
  'digest',
  'etag',
  'last-modified',
  'accept-ranges',
])

export const pageResponseHeaders = (list: HeaderList): HeaderList => without(list, ofTheBody)

/** What puts the tag into the answer; undefined for what is no page, or can't have it. */
export const pageFilter = (
  {route, request}: Pick<Exchange, 'route' | 'request'>,
  incoming: IncomingMessage,
  release: string,
  log: Log,
): BodyFilter | undefined => {
  if (!isPage(incoming)) return undefined
  const {headers} = incoming
  if (/\bno-transform\b/i.test(headers['cache-control'] ?? '')) return cannotHave('its cache-control says no-transform')
  const script = scriptUnder(headers['content-security-policy'] as string | undefined, request.headers.host ?? '')
  if (script === undefined) return cannotHave('its content-security-policy would not let the script run')
  const nonce = script.nonce === undefined ? '' : ` nonce="${script.nonce}"`
  return createInsertion(
    `<script src="${escapeHtml(ownPaths(route, request).script)}" data-release="${escapeHtml(release)}"${nonce} async></script>`,
  )

  function cannotHave(why: string): undefined {
    if (route.notReloaded === why) return undefined
    route.notReloaded = why
    log(`pages of ${route.id} don't reload: ${why}`)
    return undefined
  }
}

/** Also one that tells of an error: after the correction it is to give way. */
const isPage = ({statusCode = 0, headers}: IncomingMessage): boolean => {
  const type = headers['content-type'] ?? ''
  const hasWhole = (statusCode >= 200 && statusCode < 204) || (statusCode >= 400 && statusCode < 600)
  return (
    hasWhole &&
    /^text\/html[ \t]*(?:;|$)/i.test(type) &&
    !/charset[ \t]*=[ \t]*"?utf-?(?:16|32)/i.test(type) &&
    (headers['content-encoding'] ?? 'identity') === 'identity' &&
    headers['content-range'] === undefined &&
    headers['content-length'] !== '0' &&
    !/^[ \t]*attachment/i.test(headers['content-disposition'] ?? '')
  )
}

const without = (list: HeaderList, names: ReadonlySet<string>): HeaderList => {
  const rest: HeaderList = []
  for (let index = 0; index < list.length; index += 2)
    if (!names.has((list[index] as string).toLowerCase())) rest.push(list[index] as string, list[index + 1] as string)
  return rest
}
