import type Docker from 'dockerode'

import {ImmError} from '../../errors.ts'
import type {EngineFacts, InstanceSpec} from '../../lifecycle/ports.ts'
import type {BindMount} from '../../release/container.ts'

type Mounted = Pick<InstanceSpec, 'volumes' | 'tmpfs' | 'binds' | 'options'>

/** First API that mounts a directory of a volume; older ones would mount all of it without a word. */
const subpathSince = 45

/** Volumes, directories of the host and tmpfs in the engine's words. */
export const mountOptions = ({volumes, tmpfs, binds = [], options}: Mounted, facts: EngineFacts): Docker.HostConfig => {
  const onlyPart = volumes.find(({subpath}) => subpath !== undefined)
  if (onlyPart && Number(facts.apiVersion.slice(2)) < subpathSince)
    throw new ImmError(
      'ENGINE_REFUSED',
      `${facts.name} ${facts.version} can't mount \`${onlyPart.subpath}\` of volume ${onlyPart.name}: only volumes as a whole`,
      {next: 'Mount the whole volume (without `subpath`), or use Docker 26 or newer.'},
    )
  const made = binds.filter(isMade)
  return {
    Tmpfs: Object.fromEntries(tmpfs.map((path) => [path, options?.tmpfsOptions?.[path] ?? ''])),
    Mounts: [...volumes.map(volumeMount), ...binds.filter((bind) => !isMade(bind)).map(bindMount)],
    ...(made.length === 0 ? {} : {Binds: made.map(bindText)}),
  }
}

const volumeMount = ({name, path, readOnly, noCopy, subpath}: InstanceSpec['volumes'][number]): Docker.MountSettings =>
  ({
    Type: 'volume',
    Source: name,
    Target: path,
    ReadOnly: readOnly,
    ...(noCopy === undefined && subpath === undefined
      ? {}
      : {VolumeOptions: {NoCopy: noCopy ?? false, ...(subpath === undefined ? {} : {Subpath: subpath})}}),
  }) as Docker.MountSettings

const bindMount = ({source, path, readOnly, propagation}: BindMount): Docker.MountSettings =>
  ({
    Type: 'bind',
    Source: source,
    Target: path,
    ReadOnly: readOnly,
    ...(propagation === undefined ? {} : {BindOptions: {Propagation: propagation}}),
  }) as Docker.MountSettings

/** Every engine makes the directory of a bind in its old form, `source:path:options`; a colon would end a part of it. */
const isMade = ({source, path, create}: BindMount): boolean => create === true && !`${source}${path}`.includes(':')

const bindText = ({source, path, readOnly, propagation}: BindMount): string =>
  [source, path, [readOnly ? 'ro' : 'rw', ...(propagation === undefined ? [] : [propagation])].join(',')].join(':')
