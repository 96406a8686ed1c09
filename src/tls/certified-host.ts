import {nameless} from './host-certificate.ts'

// A file is named by it.
const longest = 240
const below = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)+localhost$/

/** The host whose certificate a client is shown that asks for `name`; undefined where the authority may sign none for it. */
export const certifiedHost = (name: string | undefined): string | undefined => {
  if (name === undefined) return nameless
  const host = name.toLowerCase()
  // Some clients name an address although they must not.
  if (host === nameless || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)) return nameless
  return host.length <= longest && below.test(host) ? host : undefined
}
