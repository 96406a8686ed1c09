import {z} from 'zod'

import type {RouteSettings} from '../settings.ts'

const routeExpected = 'expected a host, a path or both, such as app.example.test, /api or shop.localhost/api'
const hostExpected = 'expected a host name such as app.example.test'
const pathExpected =
  'expected a path of whole segments as a URL has it, such as /api: no query, no // and no .. in it, other characters as %C3%BC'

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const hostPattern = new RegExp(String.raw`^${label}(?:\.${label})*$`, 'i')
// RFC 3986 3.3: what a client sends as it is.
const pathPattern = /^\/(?:(?:[\w.~!$&'()*+,;=:@-]|%[\dA-F]{2})+(?:\/(?!\/|$)|\/$|$))*$/
const dotSegment = /\/\.{1,2}(?:\/|$)/

const mistakeOf = (host: string, path: string): string | undefined => {
  if (host.includes(':'))
    return 'expected a host without a port: all share that of the proxy, and `imm dev --port` gives an environment one of its own'
  if (host !== '' && (host.length > 253 || !hostPattern.test(host))) return hostExpected
  return pathPattern.test(path) && !dotSegment.test(path) ? undefined : pathExpected
}

const settingOf = (host: string, path: string, strip: boolean): RouteSettings => ({
  host: host === '' ? undefined : host.toLowerCase(),
  path: path.replace(/(?<=.)\/$/, ''),
  strip,
})

const written = z
  .string({error: routeExpected})
  .min(1, {error: routeExpected})
  .transform((text, context): RouteSettings => {
    const slash = text.indexOf('/')
    const [host, path] = slash < 0 ? [text, '/'] : [text.slice(0, slash), text.slice(slash)]
    const message = text.includes('://') ? 'expected a route without a scheme: app.example.test' : mistakeOf(host, path)
    if (message === undefined) return settingOf(host, path, false)
    context.addIssue({code: 'custom', message})
    return z.NEVER
  })

export const routeParts = z.strictObject(
  {
    host: z
      .string({error: hostExpected})
      .min(1, {error: hostExpected})
      .optional()
      .meta({description: "Host name. Without it, the environment's own.", examples: ['shop.localhost']}),
    path: z
      .string({error: pathExpected})
      .optional()
      .meta({description: 'What the path begins with, by whole segments. Without it, every path.', examples: ['/api']}),
    strip: z
      .boolean({error: 'expected true or false'})
      .optional()
      .meta({
        description: 'The application gets the path without what it begins with, and that as x-forwarded-prefix.',
        examples: [true],
      }),
  },
  {error: routeExpected},
)

const inParts = routeParts.transform(({host = '', path = '/', strip = false}, context): RouteSettings => {
  const message =
    mistakeOf(host, path) ??
    (strip && path === '/' ? 'expected a path: without one there is nothing to strip' : undefined)
  if (message === undefined) return settingOf(host, path, strip)
  context.addIssue({code: 'custom', message})
  return z.NEVER
})

const route = z.union([written, inParts], {error: routeExpected})

export const routes = z.union(
  [
    written.transform((one): RouteSettings[] => [one]),
    z.array(route, {error: routeExpected}).superRefine((list, context) => {
      for (const [index, {host, path}] of list.entries()) {
        const isRepeated = list.slice(0, index).some((other) => other.host === host && other.path === path)
        if (isRepeated) context.addIssue({code: 'custom', path: [index], message: 'is in the list twice'})
      }
    }),
  ],
  {error: routeExpected},
)
