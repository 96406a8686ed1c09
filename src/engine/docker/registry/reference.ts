/** An image's reference, taken apart as `docker pull` does (distribution/reference). */
export interface Reference {
  /** as it is written, without tag and digest */
  name: string
  /** tag or `sha256:...` */
  version: string
  /** as credentials are kept for it in Docker's configuration */
  server: string
}

/** Docker Hub's credentials are kept by the address of its first version. */
const hub = 'https://index.docker.io/v1/'

const hubHosts = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io'])

export const parseReference = (reference: string): Reference => {
  const [named = '', digest] = reference.split('@')
  const slash = named.lastIndexOf('/')
  const colon = named.indexOf(':', slash + 1)
  const name = colon < 0 ? named : named.slice(0, colon)
  const tag = colon < 0 ? 'latest' : named.slice(colon + 1)
  const [host = ''] = name.split('/')
  // What has no dot, no port and isn't localhost is a name on Docker Hub.
  const isHost = name.includes('/') && (host.includes('.') || host.includes(':') || host === 'localhost')
  return {name, version: digest ?? tag, server: isHost && !hubHosts.has(host) ? host : hub}
}
