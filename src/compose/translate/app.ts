import {defaultSettings} from '../../config/default-settings.ts'
import {defaultHealth, defaultImmutable, defaultOverlap, defaultReplicas} from '../../config/defaults.ts'
import type {HealthSettings, Settings} from '../../config/settings.ts'
import type {AppSpec} from '../../lifecycle/services/spec.ts'
import {slug, slugWithSuffix} from '../../release/names.ts'
import type {Service} from '../keys/service.ts'
import {aliasesOf, attachmentOf} from './attachment.ts'
import {buildSettings, type Build} from './build.ts'
import type {Part, Translation} from './context.ts'
import {dependenciesOf} from './dependencies.ts'
import {filesOf} from './files.ts'
import {jobsOf} from './jobs.ts'
import {resourcesOf} from './limits.ts'
import {mountsOf} from './mounts.ts'
import {optionsOf} from './options.ts'
import {portsOf} from './ports.ts'
import type {Kinds} from './sort-out.ts'
import {variablesOf} from './variables.ts'
import {portOf} from './worker.ts'

/** A service that is built here, with imm's defaults for all that Compose has no word for. */
export const appOf = (part: Part, written: Build, kinds: Kinds, translation: Translation): AppSpec => {
  const {name, service} = part
  const {id} = translation
  const {published, declared} = portsOf(part, translation)
  const {copies, ...mounts} = mountsOf(part, written.context, translation)
  const options = optionsOf(part, translation)
  const app = appSlug(name, kinds)
  const build = {...buildSettings(name, written, translation), ...(copies.length === 0 ? {} : {copies})}
  const settings: Settings = {
    ...defaultSettings({project: id.project, app, build}),
    port: portOf(part, declared, published, translation),
    health: healthOf(service),
    env: variablesOf(service),
    command: service.command?.length ? service.command : undefined,
    user: service.user,
    volumes: mounts.volumes,
    tmpfs: mounts.tmpfs,
    resources: resourcesOf(service),
    container: {
      attachment: attachmentOf(part, translation),
      binds: mounts.binds,
      options: withTmpfs(options, mounts.tmpfsOptions),
    },
    overlap: overlapOf(service),
    jobs: jobsOf(name, kinds, translation),
    files: filesOf(part, translation),
    immutable: service.read_only ? 'strict' : defaultImmutable,
    replicas: service.scale ?? service.deploy?.replicas ?? defaultReplicas,
  }
  return {
    name,
    app,
    settings,
    dependsOn: dependenciesOf(name, kinds, translation),
    published,
    ports: declared,
    aliases: aliasesOf(name, translation),
  }
}

/** Two whose names are told apart by less than a slug keeps: the later ones have a number. */
const appSlug = (name: string, kinds: Kinds): string => {
  const alike = [...kinds].flatMap(([other, {kind}]) => (kind === 'app' && slug(other) === slug(name) ? [other] : []))
  const index = alike.indexOf(name)
  return index > 0 ? slugWithSuffix(name, String(index + 1)) : slug(name)
}

export const withTmpfs = (
  options: Settings['container']['options'],
  tmpfsOptions: Readonly<Record<string, string>>,
): Settings['container']['options'] => (Object.keys(tmpfsOptions).length === 0 ? options : {...options, tmpfsOptions})

/** A candidate is waited for as long as its healthcheck asks for. */
const healthOf = ({healthcheck}: Service): HealthSettings => {
  if (!healthcheck || healthcheck.disable) return defaultHealth
  const {start_period: start = 0, interval = 30_000, retries = 3} = healthcheck
  return {...defaultHealth, timeoutMs: Math.max(defaultHealth.timeoutMs, start + interval * retries)}
}

// In the host's network two generations would fight for one port.
const overlapOf = ({network_mode: mode, deploy}: Service): boolean =>
  mode === 'host' || deploy?.update_config?.order === 'stop-first' ? false : defaultOverlap
