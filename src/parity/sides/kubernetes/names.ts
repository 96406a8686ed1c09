import {z} from 'zod'

import {listed, type Terms as Said} from '../settings/terms.ts'
import type {PodSpec} from './pod.ts'

const resolved = z.looseObject({
  dnsPolicy: z.literal('None'),
  dnsConfig: z.object({
    nameservers: z.array(z.string()).min(1),
    searches: z.array(z.string()).nullish(),
    options: z.array(z.object({name: z.string(), value: z.string().nullish()})).nullish(),
  }),
})

/** Who is asked for names, where it is not the cluster: as Compose says it. */
export const dnsOf = (pod: PodSpec): Said => {
  const read = resolved.safeParse(pod)
  if (!read.success) return {}
  const {nameservers, searches, options} = read.data.dnsConfig
  return {
    dns: nameservers.join(', '),
    dns_search: searches?.join(', '),
    dns_opt: listed(options?.map(({name, value}) => (value ? `${name}:${value}` : name))),
  }
}

export const hostsOf = ({hostAliases}: PodSpec): string | undefined =>
  listed(hostAliases?.flatMap(({ip, hostnames}) => (hostnames ?? []).map((name) => `${name}=${ip}`)))
