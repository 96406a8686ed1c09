import type {Mark} from './read.ts'
import {isMap} from './tree.ts'

type Values = Record<string, unknown>

/** Lists whose items have an identity: a later item takes the place of the one like it. */
const identities: Readonly<Record<string, (item: Values) => unknown>> = {
  ports: ({host_ip: ip, target, published, protocol}) => [ip ?? '', published ?? '', target, protocol].join(),
  volumes: ({target}) => target,
  secrets: ({target, source}) => target ?? `/run/secrets/${String(source)}`,
  configs: ({target, source}) => target ?? `/${String(source)}`,
  devices: ({target}) => target,
  env_file: ({path}) => path,
}

/** Replaced as a whole (Compose Specification, Merge: shell commands). */
const whole = new Set(['command', 'entrypoint', 'test', 'extends', 'include'])

/**
 * Lays a later value over an earlier one: maps key by key, lists one after the other, anything else replaced (Compose Specification, Merge). Both are in
 * their long form, so that there is one way to say each thing. `marks` are the later one's, by path.
 */
export const merge = (
  before: unknown,
  after: unknown,
  marks: ReadonlyMap<string, Mark> = new Map(),
  path: readonly string[] = [],
): unknown => {
  const key = path.at(-1) ?? ''
  const mark = marks.get(path.join('.'))
  if (mark === 'reset') return undefined
  if (mark === 'override') return after
  if (after === undefined) return before
  if (whole.has(key)) return after
  if (Array.isArray(before) && Array.isArray(after)) return mergeLists(before, after, key)
  if (!isMap(before) || !isMap(after)) return after ?? before
  if (key === 'logging' && otherDriver(before, after)) return after
  const merged: Values = {...before}
  for (const [name, value] of Object.entries(after)) {
    const one = merge(merged[name], value, marks, [...path, name])
    if (one === undefined) delete merged[name]
    else merged[name] = one
  }
  // A value that is reset need not be given.
  for (const name of Object.keys(merged)) if (marks.get([...path, name].join('.')) === 'reset') delete merged[name]
  return merged
}

const otherDriver = (before: Values, after: Values): boolean =>
  before['driver'] !== undefined && after['driver'] !== undefined && before['driver'] !== after['driver']

const mergeLists = (before: readonly unknown[], after: readonly unknown[], key: string): unknown[] => {
  const identity = identities[key]
  const identify = (item: unknown): string => JSON.stringify(identity && isMap(item) ? identity(item) : item)
  const merged = new Map<string, unknown>()
  for (const item of [...before, ...after]) {
    const id = identify(item)
    merged.set(id, item)
  }
  return [...merged.values()]
}
