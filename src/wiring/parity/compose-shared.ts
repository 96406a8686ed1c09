import type {Mount} from '../../compose/keys/mounts.ts'
import type {Service} from '../../compose/keys/service.ts'
import type {Model} from '../../compose/model.ts'
import {secretDigest} from '../../parity/secrets/secret-digest.ts'
import {placeOf} from './place-of.ts'

/** What of a service's networks, volumes and files is not in their names and paths alone. */
export const sharedTerms = (service: Service, model: Model): Record<string, unknown> => ({
  ...networksOf(service, model),
  ...volumesOf(service, model),
  ...filesOf(service, model),
  expose: service.expose?.map((port) => (port.includes('/') ? port : `${port}/tcp`)).toSorted(),
})

const networksOf = ({networks}: Service, {networks: all}: Model): Record<string, unknown> =>
  Object.fromEntries<unknown>(
    Object.entries(networks ?? {}).flatMap(([key, own]): [string, unknown][] => {
      const {name: _name, labels: _labels, external: _external, attachable: _, ...made} = all[key] ?? {}
      const driver = 'driver' in made && made.driver !== 'bridge' && made.driver !== 'default' ? made.driver : undefined
      const {aliases, ...address} = own ?? {}
      return [
        [`networks.${key}`, {...address, aliases: aliases?.toSorted()}],
        [`networks.${key}.made`, {...made, driver}],
      ]
    }),
  )

/** Directories of the machine are its own; a volume of somebody else is known by its name. */
const volumesOf = ({volumes = []}: Service, {volumes: all}: Model): Record<string, unknown> =>
  Object.fromEntries(
    volumes
      .filter(({type}) => type !== 'tmpfs')
      .map((mount) => [`volumes.${mount.target}`, {...optionsOf(mount), ...volumeOf(mount, all)}]),
  )

const optionsOf = ({type, source, bind, volume, image}: Mount): Record<string, unknown> => ({
  type: type === 'bind' || type === 'volume' ? undefined : type,
  source: type === 'image' ? source : undefined,
  propagation: bind?.propagation === 'rprivate' ? undefined : bind?.propagation,
  recursive: bind?.recursive,
  selinux: bind?.selinux,
  nocopy: volume?.nocopy,
  subpath: volume?.subpath ?? image?.subpath,
})

const volumeOf = ({type, source = ''}: Mount, all: Model['volumes']): Record<string, unknown> => {
  const made = type === 'volume' ? all[source] : undefined
  if (made === undefined) return {}
  return {
    external: made.external ? made.name : undefined,
    driver: made.driver === 'local' ? undefined : made.driver,
    driver_opts: made.driver_opts,
  }
}

/** What they hold is no part of it, unless it is written down here: then it is the same for everybody who has the file. */
const filesOf = ({secrets = [], configs = []}: Service, {configs: all}: Model): Record<string, unknown> =>
  Object.fromEntries<unknown>([
    ...secrets.map((file): [string, unknown] => [`secrets.${placeOf('/run/secrets', file)}`, rightsOf(file)]),
    ...configs.flatMap((file): [string, unknown][] => {
      const at = placeOf('/', file)
      const content = all?.[file.source ?? '']?.content
      return [
        [`configs.${at}`, rightsOf(file)],
        [`configs.${at}.content`, content && secretDigest(at, content)],
      ]
    }),
  ])

const rightsOf = (file: object): Record<string, unknown> => {
  const {uid, gid, mode} = file as {uid?: string; gid?: string; mode?: number}
  return {
    uid: uid === '0' ? undefined : uid,
    gid: gid === '0' ? undefined : gid,
    mode: mode === undefined || mode === 0o444 ? undefined : mode.toString(8),
  }
}
