import type {PlainSettings} from '../ledger/entry.ts'
import {bytes, table} from './formats.ts'

/** How a release's containers are run, as far as anything is set: of the environment and of files their names alone. */
export const runsWithText = (settings: PlainSettings): string[] => {
  const rows = [
    ['command', words(settings['command'])],
    ['entrypoint', words(settings[`${options}entrypoint`])],
    ['user', settings['user'] ?? ''],
    ['port', settings['port'] === '0' ? 'none' : (settings['port'] ?? '')],
    ['replicas', settings['replicas'] === '1' ? '' : (settings['replicas'] ?? '')],
    ['resources', resources(settings).join(', ')],
    ['capabilities', capabilities(settings).join(' ')],
    ['networks', networks(settings).join(', ')],
    ['environment', namesBelow(settings, 'env.').join(', ')],
    ['volumes', each(settings, 'volumes', ({name, path, readOnly}) => mount(name, path, readOnly))],
    ['mounts', each(settings, 'container.binds', ({source, path, readOnly}) => mount(source, path, readOnly))],
    ['tmpfs', words(settings['tmpfs'])],
    ['files', each(settings, 'files', ({kind, name, path}) => `${path ?? ''} (${kind ?? 'file'} ${name ?? ''})`)],
    ['jobs', each(settings, 'jobs', ({name}) => name ?? '')],
    ...others(settings),
  ].filter(([, value]) => value !== '')
  if (rows.length === 0) return []
  const [, ...lines] = table(
    ['', ''],
    rows.map(([name = '', value = '']) => [`  ${name}`, value]),
  ).split('\n')
  return ['Runs with:', ...lines]
}

const options = 'container.options.'

/** A list of texts; one that was too long to be kept whole as far as it was. */
const list = (text: string | undefined): string[] => {
  if (text === undefined) return []
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value.map(String) : [text]
  } catch {
    return [text]
  }
}

const words = (text: string | undefined): string => list(text).join(' ')

const amount = (value: string): string => bytes(Number(value))

const resources = (settings: PlainSettings): string[] => {
  const of = (key: string, say: (value: string) => string) => {
    const value = settings[key]
    return value === undefined ? [] : [say(value)]
  }
  return [
    ...of('resources.memoryBytes', (value) => `${amount(value)} of memory`),
    ...of(`${options}memoryReservationBytes`, (value) => `${amount(value)} reserved`),
    ...of('resources.cpus', (value) => `${value} CPUs`),
    ...of(`${options}cpuset`, (value) => `CPUs ${value}`),
    ...of(`${options}pidsLimit`, (value) => `${value} processes`),
    ...of(`${options}shmBytes`, (value) => `${amount(value)} of shared memory`),
  ]
}

const capabilities = (settings: PlainSettings): string[] => [
  ...(settings[`${options}privileged`] === 'true' ? ['privileged'] : []),
  ...list(settings[`${options}capAdd`]).map((name) => `+${name}`),
  ...list(settings[`${options}capDrop`]).map((name) => `-${name}`),
]

const networks = (settings: PlainSettings): string[] => {
  const mode = settings[`${attachment}mode`] ?? settings[`${attachment}mode.container`]
  return mode === undefined ? parts(settings, `${attachment}networks`).flatMap(({name}) => name ?? []) : [mode]
}

const attachment = 'container.attachment.'

const mount = (from = '', to = '', readOnly = ''): string =>
  `${from} on ${to}${readOnly === 'true' ? ' (read-only)' : ''}`

const namesBelow = (settings: PlainSettings, prefix: string): string[] =>
  Object.keys(settings).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []))

const each = (settings: PlainSettings, name: string, say: (part: Partial<PlainSettings>) => string): string =>
  parts(settings, name).map(say).join(', ')

/** A list of objects: `volumes.1.name` and so on. */
const parts = (settings: PlainSettings, name: string): Partial<Record<string, string>>[] => {
  const found = new Map<string, Record<string, string>>()
  for (const [key, value] of Object.entries(settings)) {
    const [, index = '', field = ''] = key.startsWith(`${name}.`)
      ? (/^(\d+)\.(.+)$/.exec(key.slice(name.length + 1)) ?? [])
      : []
    if (index !== '') found.set(index, {...found.get(index), [field]: value})
  }
  return [...found].toSorted(([a], [b]) => Number(a) - Number(b)).map(([, part]) => part)
}

const told =
  /^container\.(?:binds\.|attachment\.(?:networks\.\d+\.name|mode)|options\.(?:entrypoint|privileged|cap(?:Add|Drop)|memoryReservationBytes|cpuset|pidsLimit|shmBytes)$)/

/** What has no row of its own: as it is kept. */
const others = (settings: PlainSettings): string[][] => {
  const usual: Partial<PlainSettings> = {immutable: 'report', overlap: 'true', protocol: 'http1'}
  return Object.entries(settings)
    .filter(([key, value]) => (key in usual ? value !== usual[key] : key.startsWith('container.') && !told.test(key)))
    .map(([key, value]) => [key.replace(/^container\.(?:options\.|attachment\.)?/, ''), shown(value)])
}

/** Of a secret a few digits that tell it from another. */
const shown = (value: string): string => (value.startsWith('hmac:') ? `(${value.slice(5, 12)})` : value)
