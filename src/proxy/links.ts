import {isLoopbackHost} from './hosts.ts'

/** The ports that links lead to. */
export interface LinkPorts {
  http: number
  /** undefined while no browser trusts it */
  https: number | undefined
  /** for names that a given certificate covers */
  given?: {port: number; covers: (host: string) => boolean} | undefined
}

/** The address of a host. Names that are not of this machine alone have no certificate. */
export const linkTo = (host: string, {http, https, given}: LinkPorts): string => {
  if (given?.covers(host)) return `https://${host}${given.port === 443 ? '' : `:${given.port}`}`
  if (https !== undefined && isLoopbackHost(host)) return `https://${host}${https === 443 ? '' : `:${https}`}`
  return `http://${host}${http === 80 ? '' : `:${http}`}`
}

/** The address of a port that leads to one app. */
export const linkToPort = (port: number, {https}: LinkPorts): string =>
  linkTo('localhost', {http: port, https: https === undefined ? undefined : port})
