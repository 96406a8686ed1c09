import {posix} from 'node:path'

import type {BuildSettings, VolumeSettings} from '../../config/settings.ts'
import type {BindMount} from '../../release/container.ts'
import type {Mount} from '../keys/mounts.ts'
import {bindOf, copyOf, sayings, type Said} from './binds.ts'
import type {Part, Translation} from './context.ts'

export interface Mounts {
  volumes: VolumeSettings[]
  tmpfs: string[]
  tmpfsOptions: Record<string, string>
  binds: BindMount[]
  /** of an app: what the image gets of its build context */
  copies: NonNullable<BuildSettings['copies']>[number][]
}

/** What a container finds at its paths. `context`: the build context of an app. */
export const mountsOf = (part: Part, context: string | undefined, translation: Translation): Mounts => {
  const {name, service} = part
  const found: Mounts = {volumes: [], tmpfs: [], tmpfsOptions: {}, binds: [], copies: []}
  const anonymous: string[] = []
  const said = new Map<Said, string[]>()
  const say = (what: Said, target: string) => said.set(what, [...(said.get(what) ?? []), target])
  const tmpfs = (target: string, options: string) => {
    found.tmpfs.push(target)
    if (options !== '') found.tmpfsOptions[target] = options
  }
  for (const line of service.tmpfs ?? []) {
    const [target = '', ...options] = line.split(':')
    tmpfs(target, options.join(':'))
  }
  const own = (service.volumes ?? []).map((mount, index) => ({mount, at: ['services', name, 'volumes', index]}))
  for (const {mount, at} of [...own, ...borrowed(part, translation)]) {
    const target = posix.resolve('/', mount.target)
    if (Object.keys(mount.volume?.labels ?? {}).length > 0) say('labels', target)
    if (mount.consistency !== undefined) say('consistency', target)
    if (mount.type === 'tmpfs') tmpfs(target, tmpfsOptions(mount))
    else if (mount.type === 'volume') {
      if (mount.source === undefined && part.role === 'app') anonymous.push(target)
      else found.volumes.push(volumeOf(name, {...mount, target}, translation))
    } else if (mount.type === 'bind') {
      const copy = context === undefined ? undefined : copyOf({...mount, target}, context, translation)
      if (copy) {
        found.copies.push(copy)
        say('taken', target)
      } else {
        const {bind, notes} = bindOf({...mount, target}, part, translation)
        found.binds.push(bind)
        for (const note of notes) say(note, target)
      }
    } else throw translation.refusal(at, `imm mounts bind, volume and tmpfs, not ${mount.type}`)
  }
  if (anonymous.length > 0) said.set('anonymous', anonymous)
  if (said.size > 0) {
    const isIgnored = [...said.keys()].every((what) => sayings[what].kind === 'ignored')
    const reason = [...said].map(([what, targets]) => `${targets.join(', ')}: ${sayings[what].reason}`).join('; ')
    translation.note(isIgnored ? 'ignored' : 'translated', ['services', name, 'volumes'], reason)
  }
  // What is mounted below another lies on top of it.
  const copies = found.copies.map((copy) => withKept(copy, anonymous)).toSorted((a, b) => a.to.length - b.to.length)
  return {...found, copies}
}

/** An anonymous volume inside of a mount (`/app/node_modules` in `/app`) is there to keep what the image has. */
const withKept = (copy: Mounts['copies'][number], anonymous: readonly string[]): Mounts['copies'][number] => {
  const keeps = anonymous.filter((path) => path.startsWith(copy.to === '/' ? '/' : `${copy.to}/`))
  return keeps.length > 0 ? {...copy, keeps} : copy
}

const borrowed = ({name, service}: Part, {model, refusal}: Translation): {mount: Mount; at: (string | number)[]}[] =>
  (service.volumes_from ?? []).flatMap((line, index) => {
    const at = ['services', name, 'volumes_from', index]
    const [from = '', mode] = line.split(':')
    const other = model.services[from]
    if (from === 'container' || !other)
      throw refusal(at, 'names a container, and imm names those of its own: name a service')
    return (other.volumes ?? [])
      .filter(({type, source}) => type !== 'volume' || source !== undefined || other.build === undefined)
      .map((mount) => ({
        mount: {...mount, ...(mode === 'ro' ? {read_only: true} : {}), ...nameOfAnonymous(from, mount)},
        at,
      }))
  })

const nameOfAnonymous = (name: string, {type, source, target}: Mount): {source?: string} =>
  type === 'volume' && source === undefined ? {source: anonymousVolume(name, posix.resolve('/', target))} : {}

/** `db-var-lib-postgresql`: a volume of a backing service that has no name. */
export const anonymousVolume = (service: string, target: string): string =>
  `${service}${target.replaceAll(/[^a-zA-Z0-9_.-]+/g, '-')}`

const volumeOf = (name: string, mount: Mount, {model}: Translation): VolumeSettings => {
  const {source, target, read_only: readOnly = false, volume} = mount
  const key = source ?? anonymousVolume(name, target)
  const resource = model.volumes[key]
  return {
    name: resource?.external ? (resource.name ?? key) : key,
    path: target,
    readOnly,
    scope: resource?.external ? 'external' : 'environment',
    ...(volume?.nocopy === undefined ? {} : {noCopy: volume.nocopy}),
    ...(volume?.subpath === undefined ? {} : {subpath: volume.subpath}),
  }
}

const tmpfsOptions = ({tmpfs: {size, mode} = {}, read_only: readOnly}: Mount): string =>
  [
    ...(readOnly ? ['ro'] : []),
    ...(size === undefined ? [] : [`size=${size}`]),
    ...(mode === undefined ? [] : [`mode=${mode.toString(8)}`]),
  ].join(',')
