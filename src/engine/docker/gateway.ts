import {readFile} from 'node:fs/promises'
import {BlockList, isIPv4} from 'node:net'

import type Docker from 'dockerode'

import type {Client} from './client.ts'

type Info = Pick<Docker.NetworkInspectInfo, 'Driver' | 'IPAM'>

/**
 * Finds the address of this host in networks. Engines name it only where they chose the subnet, and not that a bridge has none, or is made with
 * its first container (Podman): the kernel is asked. Undefined where the engine is elsewhere, or nothing of this host is in the network.
 */
export const gatewayFinder = async ({
  facts,
  local,
}: Pick<Client, 'facts' | 'local'>): Promise<(network: Info) => string | undefined> => {
  if (!local || facts.reach !== 'address') return () => undefined
  const addresses = localAddresses(await readFile('/proc/net/fib_trie', 'utf8').catch(() => ''))
  return ({Driver, IPAM}) => {
    if (Driver !== 'bridge') return undefined
    for (const {Subnet} of IPAM?.Config ?? []) {
      const isInside = Subnet === undefined ? undefined : within(Subnet)
      const found = isInside && addresses.find((address) => isInside(address))
      if (found !== undefined) return found
    }
    return undefined
  }
}

/**
 * All IPv4 addresses of this host. Node's own list leaves out interfaces without a carrier, as the bridge of a network is that nobody is in yet.
 */
export const localAddresses = (trie: string): string[] => [
  ...new Set([...trie.matchAll(/\|-- (\S+)\n\s+\/32 host LOCAL/g)].flatMap(([, address]) => address ?? [])),
]

const within = (subnet: string): ((address: string) => boolean) | undefined => {
  const [network = '', bits] = subnet.split('/')
  if (!isIPv4(network)) return undefined
  const list = new BlockList()
  list.addSubnet(network, Number(bits), 'ipv4')
  return (address) => list.check(address, 'ipv4')
}
