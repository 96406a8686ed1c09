import {devicesOf, gpusOf} from './devices.ts'
import type {Given} from './given.ts'
import {limitsOf} from './limits.ts'
import {securityOf} from './security.ts'
import {listed, type Terms, told, within} from './terms.ts'

/** By Compose's words for it, without what says the default of Docker: who says it runs the same as who does not. */
export const settingsOf = (given: Given): Readonly<Record<string, string>> =>
  told({
    ...limitsOf(given),
    ...securityOf(given),
    ...spacesOf(given),
    ...namesOf(given),
    devices: devicesOf(given),
    gpus: gpusOf(given),
    device_cgroup_rules: listed(given.deviceCgroupRules),
    group_add: listed(given.groupAdd),
    platform: given.platform,
    runtime: unless(/^(?:runc|crun|oci|io\.containerd\.runc\.v2)$/, given.runtime),
    stdin_open: given.stdinOpen,
    tty: given.tty,
    ...within('storage_opt', given.storageOpt),
    ...within('sysctls', given.sysctls),
  })

/** Whose processes, memory and names it sees. Which container it shares them with has a name that differs from place to place. */
const spacesOf = ({pid, ipc, uts, cgroup, cgroupParent, usernsMode}: Given): Terms => ({
  pid: unless(/^private$/, shared(pid)),
  ipc: unless(/^private$/, shared(ipc)),
  uts,
  cgroup: unless(/^private$/, cgroup),
  cgroup_parent: cgroupParent,
  userns_mode: usernsMode,
})

const shared = (mode: string | undefined): string | undefined =>
  mode !== undefined && /^(?:service|container):/.test(mode) ? 'another container' : mode

/** Of addresses the first that answers counts, so that their order does. */
const namesOf = ({hostname, domainname, extraHosts, dns = [], dnsSearch = [], dnsOptions}: Given): Terms => ({
  hostname,
  domainname,
  extra_hosts: listed(extraHosts?.map(({name, address}) => `${name}=${address}`)),
  dns: dns.join(', '),
  dns_search: dnsSearch.join(', '),
  dns_opt: listed(dnsOptions),
})

const unless = (usual: RegExp, word: string | undefined): string | undefined =>
  word === undefined || usual.test(word) ? undefined : word
