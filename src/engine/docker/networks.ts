import type Docker from 'dockerode'

import {ImmError} from '../../errors.ts'
import type {Network} from '../../lifecycle/ports.ts'
import type {NetworkSpec} from '../../release/container.ts'
import {call} from './call.ts'
import type {Client} from './client.ts'
import {gatewayFinder} from './gateway.ts'
import {carries, labelFilter} from './label-filter.ts'
import {statusOf} from './translate-errors.ts'

type Labels = Readonly<Record<string, string>>

/** Makes a network, or finds the one that imm made by that name. */
export const network = async (client: Client, spec: NetworkSpec, signal: AbortSignal): Promise<Network> => {
  const found = await ownNetwork(client, spec, signal)
  if (found) return found
  try {
    await call(`creating network ${spec.name}`, signal, (abortSignal) =>
      client.docker.createNetwork(bodyOf(networkOptions(spec), abortSignal)),
    )
  } catch (error) {
    // Somebody else was faster.
    if (statusOf(error) !== 409) throw error
  }
  const made = await ownNetwork(client, spec, signal)
  if (made) return made
  throw new ImmError('ENGINE_REFUSED', `network ${spec.name} was removed by somebody else as soon as it was made`)
}

/** Networks that carry all the labels. */
export const networks = async (client: Client, labels: Labels, signal: AbortSignal): Promise<Network[]> => {
  const found = await call('listing networks', signal, (abortSignal) =>
    client.docker.listNetworks({filters: {label: labelFilter(labels)}, abortSignal}),
  )
  const gatewayOf = await gatewayFinder(client)
  return found.filter(({Labels}) => carries(Labels, labels)).map((info) => toNetwork(info, gatewayOf(info)))
}

/** Whoever made it. */
export const networkNamed = async (client: Client, name: string, signal: AbortSignal): Promise<Network | undefined> => {
  const [info, gatewayOf] = await Promise.all([inspectNetwork(client, name, signal), gatewayFinder(client)])
  return info && toNetwork(info, gatewayOf(info))
}

/** 404: gone already. */
export const removeNetwork = async ({docker}: Client, name: string, signal: AbortSignal): Promise<void> => {
  try {
    await call(`removing network ${name}`, signal, (abortSignal) => docker.getNetwork(name).remove({abortSignal}))
  } catch (error) {
    if (statusOf(error) !== 404) throw error
  }
}

/** Labels that say whose a network is; what else it carries says how it was made. */
const whose = ['imm.project', 'imm.environment', 'imm.owner']

const ownNetwork = async (
  client: Client,
  {name, labels}: NetworkSpec,
  signal: AbortSignal,
): Promise<Network | undefined> => {
  const info = await inspectNetwork(client, name, signal)
  if (!info) return undefined
  if (whose.every((key) => info.Labels?.[key] === labels[key])) {
    const gatewayOf = await gatewayFinder(client)
    return toNetwork(info, gatewayOf(info))
  }
  throw new ImmError('ENGINE_REFUSED', `the network ${name} is there already, and it is not of this environment`, {
    next: `Remove it with \`docker network rm ${name}\` if nobody needs it.`,
  })
}

const inspectNetwork = async (
  {docker}: Client,
  name: string,
  signal: AbortSignal,
): Promise<Docker.NetworkInspectInfo | undefined> => {
  try {
    const info = await call(`looking at network ${name}`, signal, () => docker.getNetwork(name).inspect())
    // Engines find networks by the beginning of an id as well.
    return info.Name === name ? info : undefined
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

/** dockerode puts every option into the query too, unless query and body come apart. */
const bodyOf = (body: object, abortSignal: AbortSignal) =>
  ({_query: {}, _body: body, abortSignal}) as unknown as Docker.NetworkCreateOptions

const networkOptions = ({name, labels, driver, driverOptions, internal, attachable, ...ip}: NetworkSpec) => ({
  Name: name,
  // Until API 1.44 engines make several of one name unless they are told not to.
  CheckDuplicate: true,
  Labels: {...labels},
  ...(driver === undefined ? {} : {Driver: driver}),
  ...(driverOptions === undefined ? {} : {Options: {...driverOptions}}),
  ...(internal === undefined ? {} : {Internal: internal}),
  ...(attachable === undefined ? {} : {Attachable: attachable}),
  ...(ip.enableIpv4 === undefined ? {} : {EnableIPv4: ip.enableIpv4}),
  ...(ip.enableIpv6 === undefined ? {} : {EnableIPv6: ip.enableIpv6}),
  ...(ip.ipam === undefined ? {} : {IPAM: ipamOf(ip.ipam)}),
})

const ipamOf = ({driver, options, config}: NonNullable<NetworkSpec['ipam']>) => ({
  Driver: driver ?? 'default',
  ...(options === undefined ? {} : {Options: {...options}}),
  Config: (config ?? []).map(({subnet, ipRange, gateway, auxAddresses}) => ({
    ...(subnet === undefined ? {} : {Subnet: subnet}),
    ...(ipRange === undefined ? {} : {IPRange: ipRange}),
    ...(gateway === undefined ? {} : {Gateway: gateway}),
    ...(auxAddresses === undefined ? {} : {AuxiliaryAddresses: {...auxAddresses}}),
  })),
})

const toNetwork = (info: Docker.NetworkInspectInfo, gateway: string | undefined): Network => ({
  name: info.Name,
  labels: info.Labels ?? {},
  internal: info.Internal,
  subnets: (info.IPAM?.Config ?? []).flatMap(({Subnet}) => Subnet ?? []),
  gateway,
})
