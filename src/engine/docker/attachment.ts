import type Docker from 'dockerode'

import type {Attachment, NetworkEndpoint} from '../../release/container.ts'
import {call} from './call.ts'
import type {Client} from './client.ts'

/** Network that a container is reached by, where it has several: kept where every later imm finds it. */
export const reachLabel = 'imm.reach'

type Create = Docker.ContainerCreateOptions & {HostConfig: Docker.HostConfig; Labels: Record<string, string>}

/** A container's networks and names in the engine's words; undefined: the engine's own network. */
export const attachmentOptions = (attachment: Attachment | undefined): Create => {
  if (attachment === undefined) return {HostConfig: {}, Labels: {}}
  const {networks, hostname, domainname, extraHosts, dns, dnsSearch, dnsOptions} = attachment
  const [first] = networks
  const macAddress = first?.macAddress
  return {
    ...(hostname === undefined ? {} : {Hostname: hostname}),
    ...(domainname === undefined ? {} : {Domainname: domainname}),
    // Here and at the endpoint: until API 1.44 engines read only this one, from then on only the other.
    ...(macAddress === undefined ? {} : {MacAddress: macAddress}),
    Labels: first === undefined ? {} : {[reachLabel]: first.name},
    HostConfig: {
      ...networkMode(attachment),
      ...(extraHosts.length === 0 ? {} : {ExtraHosts: extraHosts.map(({name, address}) => `${name}:${address}`)}),
      ...(dns.length === 0 ? {} : {Dns: [...dns]}),
      ...(dnsSearch.length === 0 ? {} : {DnsSearch: [...dnsSearch]}),
      ...(dnsOptions.length === 0 ? {} : {DnsOptions: [...dnsOptions]}),
    },
    ...(first === undefined ? {} : {NetworkingConfig: {EndpointsConfig: {[first.name]: endpointOf(first)}}}),
  }
}

const networkMode = ({mode, networks: [first]}: Attachment): Docker.HostConfig => {
  if (mode !== undefined) return {NetworkMode: typeof mode === 'string' ? mode : `container:${mode.container}`}
  return first === undefined ? {} : {NetworkMode: first.name}
}

/**
 * Attaches a created container to the networks beyond the first, before it starts: engines before API 1.44 take only one with the creation,
 * and the others take it this way too.
 */
export const connectOthers = async (
  {docker}: Client,
  container: string,
  attachment: Attachment | undefined,
): Promise<void> => {
  if (attachment === undefined || attachment.mode !== undefined) return
  // One after the other: interfaces are numbered in this order.
  for (const endpoint of attachment.networks.slice(1))
    await call(`attaching container ${container} to network ${endpoint.name}`, never, () =>
      docker.getNetwork(endpoint.name).connect({Container: container, EndpointConfig: endpointOf(endpoint)}),
    )
}

const never = new AbortController().signal

const endpointOf = (endpoint: NetworkEndpoint): Docker.EndpointSettings => {
  const {aliases, ipv4, ipv6, linkLocalIps, macAddress, driverOptions} = endpoint
  const addresses = {
    ...(ipv4 === undefined ? {} : {IPv4Address: ipv4}),
    ...(ipv6 === undefined ? {} : {IPv6Address: ipv6}),
    ...(linkLocalIps === undefined ? {} : {LinkLocalIPs: [...linkLocalIps]}),
  }
  return {
    ...(aliases.length === 0 ? {} : {Aliases: [...aliases]}),
    ...(Object.keys(addresses).length === 0 ? {} : {IPAMConfig: addresses}),
    ...(macAddress === undefined ? {} : {MacAddress: macAddress}),
    ...(driverOptions === undefined ? {} : {DriverOpts: {...driverOptions}}),
  }
}
