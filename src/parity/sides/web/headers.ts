import type {IncomingHttpHeaders} from 'node:http'

import {looksSecret} from '../../secrets/looks-secret.ts'

/** Of the connection, not of what answers; and imm's own mark. */
const leftOut = new Set(['connection', 'keep-alive', 'transfer-encoding', 'x-imm-release'])

/** Another with each answer: that they are there is what counts. */
const varying =
  /^(?:date|age|etag|expires|last-modified|content-length|server-timing|traceparent|cf-ray|.*-id|x-(?:runtime|response-time|amz-cf-.*|envoy-.*time|cache-hits|timer|served-by|ratelimit-.*)|(?:ratelimit|x-rate-limit).*)$/

export const varies = '(varies)'
export const hidden = '(hidden)'

/** Headers that two answers of the same server have alike: by names in lower case, without what changes and what is secret. */
export const plainHeaders = (headers: IncomingHttpHeaders, url: URL): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name, value]) => value !== undefined && !leftOut.has(name) && !name.startsWith(':'))
      .map(([name, value]): [string, string] => [name, plain(name, [value ?? ''].flat(), url)])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )

const plain = (name: string, values: readonly string[], url: URL): string => {
  if (name === 'set-cookie') return values.map(cookie).toSorted().join(', ')
  if (varying.test(name)) return varies
  const text = values.join(', ')
  if (looksSecret(name, text)) return hidden
  if (name === 'location') return location(text, url)
  // Content-Security-Policy: a nonce is another each time.
  return text.replaceAll(/'nonce-[^']*'/g, `'nonce-${varies}'`)
}

/** Its name and what it is bound to: that a cookie is Secure on one side alone is what people look for. */
const cookie = (text: string): string => {
  const [first = '', ...attributes] = text.split(';').map((part) => part.trim())
  const [name = ''] = first.split('=', 1)
  const kept = attributes.flatMap((attribute) => {
    const [key = '', value] = attribute.split('=', 2)
    const lower = key.toLowerCase()
    if (lower === '' || lower === 'expires') return []
    return value === undefined ? lower : `${lower}=${value}`
  })
  return [`${name}=${hidden}`, ...kept.toSorted()].join('; ')
}

/** Two sides have two hosts: where it stays on its own, the path alone counts, and what is in its query is a state of that one request. */
const location = (text: string, url: URL): string => {
  const to = URL.parse(text, url.href)
  if (!to) return text
  const query = to.search === '' ? '' : `?${[...new Set(to.searchParams.keys())].toSorted().join('&')}`
  return `${to.origin === url.origin ? '' : to.origin}${to.pathname}${query}`
}
