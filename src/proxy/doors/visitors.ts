import {BlockList, isIP} from 'node:net'
import type {Socket} from 'node:net'

import {isLoopbackAddress} from '../hosts.ts'
import type {Log} from '../log.ts'
import {addressesHere} from './addresses-here.ts'
import type {Doorway} from './doorway.ts'

/** Adds a CIDR, or an address; false where it is none. */
export const addRange = (list: BlockList, range: string): boolean => {
  const [network = '', bits, more] = range.split('/')
  const version = isIP(network)
  const longest = version === 6 ? 128 : 32
  const length = bits === undefined ? longest : Number(bits)
  if (version === 0 || more !== undefined || bits === '' || !Number.isInteger(length) || length < 0 || length > longest)
    return false
  list.addSubnet(network, length, version === 6 ? 'ipv6' : 'ipv4')
  return true
}

const rangesOf = new WeakMap<readonly string[], BlockList>()

/** Whether the door is for who has connected. Everybody else is gone with this, counted, and the first one told of. */
export const isWelcome = (way: Doorway, {remoteAddress, localAddress}: Partial<Socket>, log: Log): boolean => {
  if (remoteAddress !== undefined && comesIn(way.door.from, remoteAddress, localAddress)) return true
  if (way.turnedAway++ === 0)
    log(`${way.door.host}:${way.port} of ${way.route.id} is not for ${remoteAddress}: closed, as all from elsewhere`)
  return false
}

/**
 * What comes from an address of this host comes from this host: the kernel drops others' packets with one. It need not be the one that was
 * connected to, since an engine's rules write anew where connections to its networks come from.
 */
const comesIn = (from: readonly string[], remote: string, local: string | undefined): boolean =>
  isLoopbackAddress(remote) ||
  remote === local ||
  listOf(from).check(remote, isIP(remote) === 6 ? 'ipv6' : 'ipv4') ||
  addressesHere().has(remote)

const listOf = (from: readonly string[]): BlockList => {
  const known = rangesOf.get(from)
  if (known !== undefined) return known
  const list = new BlockList()
  for (const range of from) addRange(list, range)
  rangesOf.set(from, list)
  return list
}
