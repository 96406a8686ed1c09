import {isIPv4} from 'node:net'

import type Docker from 'dockerode'

import type {Client} from './client.ts'

type Info = Pick<Docker.NetworkInspectInfo, 'Driver' | 'Options' | 'IPAM'>

/** Options of a bridge that leave it without an address of this host. */
const withoutAddress: Readonly<Record<string, string>> = {
  'com.docker.network.bridge.inhibit_ipv4': 'true',
  'com.docker.network.bridge.gateway_mode_ipv4': 'isolated',
}

/** Address of this host in a network; undefined where the engine is elsewhere, or nothing of this host is in the network. */
export const gatewayOf = (
  {Driver, Options, IPAM}: Info,
  {facts, local}: Pick<Client, 'facts' | 'local'>,
): string | undefined => {
  if (!local || facts.reach !== 'address' || Driver !== 'bridge') return undefined
  const options = (Options as Record<string, string> | null) ?? {}
  if (Object.entries(withoutAddress).some(([key, value]) => options[key] === value)) return undefined
  for (const {Subnet, Gateway} of IPAM?.Config ?? []) {
    // A prefix length follows in some answers.
    const gateway = Gateway?.split('/')[0] || (Subnet === undefined ? undefined : firstAddress(Subnet))
    if (gateway !== undefined && isIPv4(gateway)) return gateway
  }
  return undefined
}

/** Docker names no gateway of a subnet that it was given: there it is the first address. */
const firstAddress = (subnet: string): string | undefined => {
  const [address = ''] = subnet.split('/')
  if (!isIPv4(address)) return undefined
  const [a, b, c, d] = address.split('.').map(Number)
  return [a, b, c, Number(d) + 1].join('.')
}
