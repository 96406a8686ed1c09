import {z} from 'zod'

import {integer, shape, text, word} from './scalars.ts'

const expected = 'expected a port such as 3000, "8080:80" or "127.0.0.1:8080:80/udp", or a map'

export interface Port {
  target: number
  /** a port, or a range of them of which one is taken; undefined: any that is free */
  published?: string | undefined
  host_ip?: string | undefined
  protocol: string
  mode: string
  name?: string | undefined
  app_protocol?: string | undefined
}

/** The forms in one line: `[[IP:]HOST:]CONTAINER[/PROTOCOL]`, each of which may be a range. */
export const parsePort = (line: string): Port[] | undefined => {
  const match = /^(?:(?:(\[[\da-fA-F:.]+\]|[\d.]+):)?(\d+(?:-\d+)?)?:)?(\d+(?:-\d+)?)(?:\/(tcp|udp|sctp))?$/.exec(line)
  if (!match) return undefined
  const [, hostIp, hostText, targetText = '', protocol = 'tcp'] = match
  const targets = range(targetText)
  const hosts = hostText === undefined ? undefined : range(hostText)
  if (!targets || (hostText !== undefined && !hosts)) return undefined
  if (hosts && hosts.length !== targets.length && targets.length !== 1) return undefined
  return targets.map((target, index) => ({
    mode: 'ingress',
    ...(hostIp === undefined ? {} : {host_ip: hostIp.replace(/^\[(.*)\]$/, '$1')}),
    target,
    ...(hosts === undefined ? {} : {published: targets.length === 1 ? hostText : String(hosts[index])}),
    protocol,
  }))
}

const range = (written: string): number[] | undefined => {
  const [from = Number.NaN, to = from] = written.split('-').map(Number)
  if (!(from >= 0 && to >= from && to <= 65_535)) return undefined
  return Array.from({length: to - from + 1}, (_, index) => from + index)
}

const long = shape({
  target: integer,
  published: word.optional(),
  host_ip: text.optional(),
  protocol: text.default('tcp'),
  mode: text.default('ingress'),
  name: text.optional(),
  app_protocol: text.optional(),
}).transform((port): Port[] => [port])

const short = z.union([z.number(), z.string()]).transform((line, context): Port[] => {
  const parsed = parsePort(String(line))
  if (!parsed) context.addIssue({code: 'custom', message: expected})
  return parsed ?? []
})

export const ports = z
  .array(z.union([short, long], {error: expected}), {error: 'expected a list of ports'})
  .transform((all) => all.flat())
