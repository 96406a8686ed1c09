import type {InstanceDetails, InstanceMount} from '../lifecycle/ports.ts'
import type {StartedWith} from '../release/started.ts'
import type {SettingDifference} from './difference.ts'
import {variableDifferences} from './variables.ts'

/** `config` of an image, as far as a container takes it over. */
export interface ImageConfig {
  env: Readonly<Record<string, string>>
  command: readonly string[]
  entrypoint: readonly string[]
  user: string
  /** paths of VOLUME instructions */
  volumes: readonly string[]
}

/** Seals a value as the label of the container has it sealed. */
export type Seal = (value: unknown) => string

/** What a container runs with, against what imm started it with. */
export const settingDifferences = (
  now: InstanceDetails,
  started: StartedWith,
  image: ImageConfig,
  seal: Seal,
): SettingDifference[] => [
  ...variableDifferences(now.env, started, image.env, seal),
  ...commandDifferences(now, started, image, seal),
  ...differing('user', started.user ?? image.user, now.user, (user) => user || 'root'),
  ...differing('memory', started.memoryBytes, now.memoryBytes, (bytes) =>
    bytes === undefined ? 'no limit' : `${Math.round(bytes / 2 ** 20)} MiB`,
  ),
  ...differing('cpus', started.cpus, now.cpus, (cpus) => (cpus === undefined ? 'no limit' : String(cpus))),
  ...differing('root', started.readOnly, now.readOnly, (readOnly) => (readOnly ? 'read-only' : 'writable')),
  ...differing('restart', false, now.restarts, (restarts) => (restarts ? 'by the engine' : 'by imm alone')),
  ...differing('mounts', expectedMounts(started, now.mounts, image), mountNames(now.mounts), listed),
  ...differing('networks', ['default'], now.networks.toSorted(), listed),
]

const differing = <T>(
  key: SettingDifference['key'],
  expected: T,
  actual: T,
  say: (value: T) => string,
): SettingDifference[] =>
  JSON.stringify(expected) === JSON.stringify(actual)
    ? []
    : [{kind: 'setting', key, expected: say(expected), actual: say(actual)}]

const listed = (names: readonly string[]): string => names.join(', ') || 'none'

const commandDifferences = (
  {command, entrypoint}: InstanceDetails,
  started: StartedWith,
  image: ImageConfig,
  seal: Seal,
): SettingDifference[] => {
  const isOwn = started.command === undefined ? same(command, image.command) : started.command === seal(command)
  if (isOwn && same(entrypoint, image.entrypoint)) return []
  const expected = started.command === undefined ? "the image's" : "the settings'"
  return [{kind: 'setting', key: 'command', expected, actual: 'another'}]
}

const same = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

const nameOf = ({kind, source, path, readOnly}: InstanceMount): string =>
  [kind, source, 'at', path, readOnly ? '(read-only)' : ''].filter(Boolean).join(' ')

const mountNames = (mounts: readonly InstanceMount[]): string[] => mounts.map(nameOf).toSorted()

/** Podman makes them writable by itself where the root is not. */
const podmans = ['/run', '/tmp', '/var/tmp']

/** The engine names a volume that the image declares, and where a tmpfs covers it there is none: those count as what they are. */
const expectedMounts = (started: StartedWith, now: readonly InstanceMount[], image: ImageConfig): string[] => {
  const own = [
    ...started.volumes.map(({name, path, readOnly}) => ({kind: 'volume' as const, source: name, path, readOnly})),
    ...(started.binds ?? []).map(({source, path, readOnly}) => ({kind: 'bind' as const, source, path, readOnly})),
    ...started.tmpfs.map((path) => ({kind: 'tmpfs' as const, source: '', path, readOnly: false})),
  ]
  const taken = new Set(own.map(({path}) => path))
  const declared = now.filter(
    ({kind, path}) =>
      !taken.has(path) &&
      ((kind === 'volume' && image.volumes.includes(path)) ||
        (kind === 'tmpfs' && started.readOnly && podmans.includes(path))),
  )
  return mountNames([...own, ...declared])
}
