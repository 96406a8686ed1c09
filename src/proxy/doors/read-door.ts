import {BlockList, isIP} from 'node:net'

import type {Door} from '../../lifecycle/ports.ts'
import {readInteger, readList, readRecord, readText, wrong} from '../record.ts'
import {addRange} from './visitors.ts'

const wildcards = new BlockList()
wildcards.addSubnet('0.0.0.0', 8, 'ipv4')
wildcards.addAddress('::', 'ipv6')

export const readDoor = (value: unknown): Door => {
  const record = readRecord(value, 'door')
  const host = readText(record, 'host')
  const version = isIP(host)
  // One that is everywhere would lead in from any network that this machine is in.
  if (version === 0 || wildcards.check(host, version === 6 ? 'ipv6' : 'ipv4')) throw wrong('host', host)
  const {kind} = record
  if (kind !== 'http' && kind !== 'tcp') throw wrong('kind', kind)
  return {
    host,
    port: readInteger(record, 'port', 0, 65_535),
    to: readInteger(record, 'to', 1, 65_535),
    kind,
    from: readList(record, 'from').map(readRange),
    ...(record['flexible'] === true ? {flexible: true} : {}),
  }
}

const readRange = (value: unknown): string => {
  if (typeof value !== 'string' || !addRange(new BlockList(), value)) throw wrong('from', value)
  return value
}
