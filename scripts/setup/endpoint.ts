/** Where an engine's HTTP API is spoken to without keys: a socket or pipe, or a host and port. */
export type Endpoint = ({socketPath: string} | {host: string; port: number}) & {
  /** in the form of DOCKER_HOST */
  url: string
}

/** From DOCKER_HOST's syntax; undefined for what takes more than that: TLS, SSH. */
export const parseEndpoint = (url: string, tls?: string): Endpoint | undefined => {
  const local = /^(?:unix|npipe):\/\/(\/.+)$/.exec(url)
  if (local?.[1]) return {socketPath: local[1], url}
  const remote = /^(?:tcp|http):\/\/([^/:[\]]+|\[[^\]]+\]):(\d+)\/?$/.exec(url)
  if (!remote?.[1] || !remote[2] || tls !== undefined) return undefined
  return {host: remote[1].replaceAll(/[[\]]/g, ''), port: Number(remote[2]), url}
}
