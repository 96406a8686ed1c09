import {isIP} from 'node:net'

import type {PublishedPort} from '../../release/container.ts'
import type {Part, Translation} from './context.ts'

export interface Ports {
  published: PublishedPort[]
  /** TCP ports of the container that are published or exposed, in their order */
  declared: number[]
}

const loopback = '127.0.0.1'

/** Ports of this machine, on loopback unless another address of it is named. */
export const portsOf = ({name, service, role}: Part, translation: Translation): Ports => {
  const {refusal} = translation
  const at = (index: number) => ['services', name, 'ports', index]
  const published = (service.ports ?? []).map((port, index): PublishedPort => {
    const protocol = port.protocol.toLowerCase()
    if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp')
      throw refusal(at(index), `there is no protocol ${protocol}`)
    if (role === 'app' && protocol !== 'tcp')
      throw refusal(
        at(index),
        `the proxy before an app passes on tcp, not ${protocol}: a service with an image may have it`,
      )
    const {host_ip: ip = loopback, target} = port
    const hostPort = port.published === undefined ? undefined : Number(port.published.split('-')[0])
    return {
      containerPort: target,
      protocol,
      hostIp: hostIp(ip, () => at(index), translation),
      hostPort: hostPort || undefined,
    }
  })
  const exposed = (service.expose ?? []).flatMap((line) => tcpRange(line))
  const tcp = published.flatMap(({protocol, containerPort}) => (protocol === 'tcp' ? [containerPort] : []))
  return {published, declared: [...new Set([...tcp, ...exposed])]}
}

const hostIp = (ip: string, at: () => (string | number)[], {note, refusal}: Translation): string => {
  if (/^127\.|^::1$|^localhost$/.test(ip)) return ip
  if (isIP(ip) === 0) throw refusal(at(), `expected an address of this machine as host_ip`)
  if (ip === '0.0.0.0' || ip === '::') {
    note('translated', at(), `published on ${loopback}: name an address of this machine for others to reach it`)
    return loopback
  }
  note('translated', at(), `others reach it at ${ip}, which is not loopback`)
  return ip
}

/** `3000`, `3000-3005`, `3000/tcp` */
const tcpRange = (line: string): number[] => {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?(?:\/tcp)?$/.exec(line) ?? []
  if (first === undefined) return []
  return Array.from({length: Math.max(0, Number(last) - Number(first) + 1)}, (_, index) => Number(first) + index)
}
