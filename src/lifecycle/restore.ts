import type {MountedFile, Settings, VolumeSettings} from '../config/settings.ts'
import type {AppId, ReleaseName} from '../release/identity.ts'
import {sharedName, volumeName} from '../release/names.ts'
import {portOf, type Recipe} from './launch.ts'
import {settingsDigestOf} from './plan.ts'
import type {Image, ReleaseRecord, StartedWith} from './ports.ts'
import {commandWithheld} from './record.ts'
import type {Run} from './run.ts'
import {withOptionsOf} from './withheld-options.ts'
import type {Project, World} from './world.ts'

/** What a release is started with again. */
export interface Restored extends Pick<Recipe, 'settings' | 'settingsDigest' | 'port'> {
  /** in words: what of it is not as it was */
  notes: string[]
}

/** Settings as a release had them: from its stopped container, and from what was recorded when it went live. */
export const restore = async (
  release: ReleaseName,
  image: Image,
  project: Project,
  {world, standing}: Pick<Run, 'world' | 'standing'>,
  signal: AbortSignal,
): Promise<Restored> => {
  const stopped = standing.stopped.find((one) => one.release === release)
  const [record, started] = await Promise.all([
    world.records.read(release, signal),
    stopped && startedWithAny(stopped.instances, world, signal),
  ])
  const {settings, notes} = settingsFrom(release, project.settings, record, started, world)
  const known = record?.settingsDigest ?? (started && stopped?.settingsDigest)
  return {
    settings,
    settingsDigest: known !== undefined && notes.length === 0 ? known : settingsDigestOf(settings),
    port: record?.port ?? started?.port ?? portOf(settings, (await project.dockerfile(signal)).exposedPorts, image),
    notes,
  }
}

/** Replicas are started alike, and one that somebody removed says nothing. */
const startedWithAny = async (
  instances: readonly string[],
  {engine}: World,
  signal: AbortSignal,
): Promise<StartedWith | undefined> => {
  for (const id of instances) {
    const started = await engine.startedWith(id, signal)
    if (started) return started
  }
  return undefined
}

/** What was recorded says most, and the container what looked like a secret. */
export const settingsFrom = (
  release: ReleaseName,
  now: Settings,
  record: ReleaseRecord | undefined,
  started: StartedWith | undefined,
  world: World,
): {settings: Settings; notes: string[]} => {
  if (record) {
    const {withheld} = record
    const source = started ?? now
    const env = {...record.settings.env, ...only(source.env, withheld)}
    const command = withheld.includes(commandWithheld) ? source.command : record.settings.command
    // From before there were any, it has none.
    const container = record.settings.container ?? {attachment: undefined, binds: [], options: {}}
    const known = started ? (started.options ?? {}) : now.container.options
    const options = withOptionsOf(container.options, withheld, known)
    const files = (record.settings.files ?? []).map((file) => withValue(file, now))
    const settings = {...now, ...record.settings, env, command, files, container: {...container, options}}
    return {settings, notes: started || withheld.length === 0 ? [] : [fromNow(release, withheld)]}
  }
  if (started) return {settings: {...now, ...asStarted(started, now, world)}, notes: []}
  return {
    settings: now,
    notes: [`what ${release} was started with is not known any more: it gets the settings as they are now`],
  }
}

/** The value of a variable is not recorded: it is as it is now. */
const withValue = (file: MountedFile, {files}: Settings): MountedFile => {
  const {source} = file
  if (source.kind !== 'environment') return file
  const now = files.find(({kind, name}) => kind === file.kind && name === file.name)?.source
  return now?.kind === 'environment' && now.variable === source.variable ? {...file, source: now} : file
}

const only = (env: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => names.includes(name)))

const fromNow = (release: ReleaseName, withheld: readonly string[]): string =>
  `${withheld.join(', ')} of ${release} ${withheld.length === 1 ? 'is' : 'are'} as the settings have it now: what looks like a secret is not kept`

/** The record is lost: the engine knows all but how it was proved healthy. */
const asStarted = (
  {
    env,
    command,
    user,
    tmpfs,
    memoryBytes,
    cpus,
    volumes,
    port,
    readOnly,
    attachment,
    binds = [],
    options = {},
  }: StartedWith,
  {files}: Settings,
  {id}: World,
): Partial<Settings> => {
  // What is mounted as a file of the settings is made anew for each release.
  const made = new Set(files.map(({path}) => path))
  return {
    env,
    command,
    user,
    tmpfs,
    port,
    ...(readOnly ? {immutable: 'strict' as const} : {}),
    resources: {memoryBytes, cpus},
    volumes: volumes.map((volume) => volumeSettingsOf(volume, id)),
    container: {attachment, binds: binds.filter(({path}) => !made.has(path)), options},
  }
}

/** Whose a volume is, by its name. */
const volumeSettingsOf = (volume: StartedWith['volumes'][number], id: AppId): VolumeSettings => {
  const [own, shared] = [volumeName(id, ''), sharedName(id, '')]
  if (volume.name.startsWith(own)) return {...volume, name: volume.name.slice(own.length)}
  if (volume.name.startsWith(shared)) return {...volume, name: volume.name.slice(shared.length), scope: 'environment'}
  return {...volume, scope: 'external'}
}
