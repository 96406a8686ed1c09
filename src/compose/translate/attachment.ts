import type {Attachment, NetworkEndpoint} from '../../release/container.ts'
import {sharedName} from '../../release/names.ts'
import type {Service} from '../keys/service.ts'
import type {Part, Translation} from './context.ts'
import {compact} from './context.ts'
import {sharing} from './sharing.ts'

/** What a network is called in the engine. */
export const networkName = (key: string, {id, model}: Pick<Translation, 'id' | 'model'>): string => {
  const network = model.networks[key]
  return network?.external ? (network.name ?? key) : sharedName(id, key)
}

/** Networks and names. Of an app nothing is an alias: two generations would both answer to it. */
export const attachmentOf = (part: Part, translation: Translation): Attachment => {
  const {service} = part
  const mode = modeOf(part, translation)
  const networks = mode === undefined ? endpointsOf(part, translation) : []
  return {
    networks,
    ...(mode === undefined ? {} : {mode}),
    ...compact({hostname: service.hostname, domainname: service.domainname}),
    extraHosts: Object.entries(service.extra_hosts ?? {}).flatMap(([name, addresses]) =>
      addresses.map((address) => ({name, address})),
    ),
    dns: service.dns ?? [],
    dnsSearch: service.dns_search ?? [],
    dnsOptions: service.dns_opt ?? [],
  }
}

const modeOf = ({name, service}: Part, translation: Translation): Attachment['mode'] => {
  const {network_mode: mode} = service
  if (mode === undefined || mode === 'bridge' || mode === 'default') return undefined
  if (mode === 'none' || mode === 'host') return mode
  const at = ['services', name, 'network_mode']
  const container = /^container:(.+)$/.exec(sharing(mode, at, translation) ?? '')?.[1]
  if (container === undefined)
    throw translation.refusal(at, 'imm knows none, host, bridge, service:NAME and container:NAME')
  return {container}
}

const endpointsOf = (part: Part, translation: Translation): NetworkEndpoint[] =>
  Object.entries(part.service.networks ?? {})
    .map(([key, own], index) => ({key, own: own ?? {}, index}))
    // The first is where it is reached; Compose has the highest priority first.
    .toSorted((a, b) => priority(b.own) - priority(a.own) || a.index - b.index)
    .map(({key, own}) => endpointOf(key, own, part, translation))

type Own = NonNullable<NonNullable<Service['networks']>[string]>

const priority = ({gw_priority: gateway = 0, priority: own = 0}: Own): number => gateway || own

const endpointOf = (key: string, own: Own, {name, service, role}: Part, translation: Translation): NetworkEndpoint => {
  const at = ['services', name, 'networks', key]
  const {ipv4_address: ipv4, ipv6_address: ipv6, link_local_ips: linkLocalIps, driver_opts: driverOptions} = own
  const engineName = networkName(key, translation)
  if (own.interface_name !== undefined)
    translation.note('ignored', [...at, 'interface_name'], 'the engine names the interface')
  const fixed = compact({ipv4, ipv6, linkLocalIps, macAddress: own.mac_address ?? service.mac_address})
  if (role === 'service')
    return {name: engineName, aliases: aliasesOn(key, name, translation), ...fixed, ...compact({driverOptions})}
  for (const field of ['ipv4_address', 'ipv6_address', 'link_local_ips', 'mac_address'] as const)
    if (own[field] !== undefined)
      translation.note('ignored', [...at, field], 'two generations of a release run at once, and would share it')
  return {name: engineName, aliases: [], ...compact({driverOptions})}
}

/** Names that a service is found by on a network: its own, `container_name`, `aliases`, and those that others link it by. */
export const aliasesOn = (key: string, name: string, {model}: Pick<Translation, 'model'>): string[] => {
  const service = model.services[name]
  const linked = Object.values(model.services).flatMap(({links = []}) =>
    links.flatMap((link) => {
      const [target, alias] = link.split(':')
      return target === name && alias !== undefined ? [alias] : []
    }),
  )
  const named = service?.container_name === undefined ? [] : [service.container_name]
  return [...new Set([name, ...named, ...(service?.networks?.[key]?.aliases ?? []), ...linked])]
}

/** The same of all of its networks. */
export const aliasesOf = (name: string, translation: Pick<Translation, 'model'>): string[] => [
  ...new Set([
    ...aliasesOn('', name, translation),
    ...Object.keys(translation.model.services[name]?.networks ?? {}).flatMap((key) =>
      aliasesOn(key, name, translation),
    ),
  ]),
]
