import {stringify} from 'yaml'

import {looksSecret} from '../release/secrets.ts'
import type {Model} from './model.ts'
import {isMap} from './tree.ts'

const durations = new Set([
  'interval',
  'timeout',
  'start_period',
  'start_interval',
  'stop_grace_period',
  'delay',
  'monitor',
  'window',
  'pull_refresh_after',
])
const sizes = new Set(['memory', 'mem_limit', 'mem_reservation', 'memswap_limit', 'shm_size', 'size'])
// `env`: of x-imm
const variables = new Set(['environment', 'args', 'env'])

const hidden = '(hidden)'

/** The text of a Compose file. */
export const composeText = (composed: Record<string, unknown>): string =>
  stringify(composed, {lineWidth: 0, aliasDuplicateObjects: false}).trimEnd()

/**
 * The model as a Compose file that Compose reads to the same model: durations and the like as it takes them. Values of variables that look like
 * secrets are hidden, unless `secrets` says otherwise.
 */
export const toComposeFile = (model: Model, {secrets}: {secrets: boolean}): Record<string, unknown> =>
  written(model, '', secrets) as Record<string, unknown>

const written = (value: unknown, key: string, secrets: boolean): unknown => {
  if (typeof value === 'number' && durations.has(key)) return goDuration(value)
  if (typeof value === 'number' && sizes.has(key)) return String(value)
  if (typeof value === 'number' && key === 'mode') return `0${value.toString(8)}`
  if (!secrets && key === 'env' && Array.isArray(value)) return value.map((item) => shownEntry(String(item)))
  if (Array.isArray(value)) return value.map((item) => written(item, '', secrets))
  if (typeof value === 'string') return escaped(value)
  if (!isMap(value) || key === 'tmpfs') return value
  if (key === 'extra_hosts')
    return Object.entries(value).flatMap(([host, ips]) => (ips as string[]).map((ip) => `${host}=${ip}`))
  if (!secrets && variables.has(key))
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shown(name, one)]))
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([name, one]) => [name, name === 'content' && !secrets ? hidden : written(one, name, secrets)]),
  )
}

const shown = (name: string, value: unknown): unknown => {
  if (typeof value !== 'string') return value
  return value !== '' && looksSecret(name, value) ? hidden : escaped(value)
}

/** `KEY=VALUE` */
const shownEntry = (entry: string): string => {
  const [name = ''] = entry.split('=', 1)
  return entry.includes('=') ? `${name}=${String(shown(name, entry.slice(name.length + 1)))}` : entry
}

/** Read again, it must not be taken for a reference to a variable. */
const escaped = (text: string): string => text.replaceAll('$', '$$$$')

/** `1m30s` */
const goDuration = (ms: number): string => {
  if (ms === 0) return '0s'
  const parts = [
    [Math.floor(ms / 3_600_000), 'h'],
    [Math.floor(ms / 60_000) % 60, 'm'],
    [Math.floor(ms / 1000) % 60, 's'],
    [Math.round((ms % 1000) * 1000) / 1000, 'ms'],
  ] as const
  return parts.map(([amount, unit]) => (amount === 0 ? '' : `${amount}${unit}`)).join('')
}
