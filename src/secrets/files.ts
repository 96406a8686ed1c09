import {createHash} from 'node:crypto'
import {readdir, rm} from 'node:fs/promises'
import path from 'node:path'

import type {MountedFile, Settings} from '../config/settings.ts'
import {isImmError} from '../errors.ts'
import type {EngineFacts, Files} from '../lifecycle/ports.ts'
import type {BindMount} from '../release/container.ts'
import type {AppId, ReleaseName} from '../release/identity.ts'
import {isForgotten} from '../release/retention.ts'
import type {StatePaths} from '../state/paths.ts'
import {contentDigest} from './digest.ts'
import {makePrivate, memoryDirectories, privateDirectories, type MemoryDirectory} from './memory-directory.ts'
import {readContent, type Readable} from './read.ts'
import {unavailable} from './unavailable.ts'
import {ownerTrouble, writeFile} from './write-file.ts'

export interface FilesOptions {
  id: AppId
  paths: StatePaths
  /** of the project, absolute: commands run there */
  directory: string
  facts: Pick<EngineFacts, 'endpoint' | 'dataRoot'>
  /** of this machine's digests */
  key: (signal: AbortSignal) => Promise<Buffer>
  /** what somebody should know, once each */
  note: (message: string) => void
  /** every content of a secret that becomes known */
  onSecret?: ((name: string, content: string) => void) | undefined
}

export interface AppFiles extends Files {
  /** Puts in what tells the contents apart, where they can be read now. */
  withDigests<T extends Pick<Settings, 'files'>>(settings: T, signal: AbortSignal): Promise<T>
}

/** Secrets and configs of one app as files of this host's memory: a directory for each release, a file for each mount. */
export const filesOf = ({id, paths, directory, facts, key, note, onSecret}: FilesOptions): AppFiles => {
  // What was digested is what is mounted, and a password manager is asked once.
  const contents = new Map<string, Buffer>()
  const said = new Set<string>()
  let places: Promise<readonly [MemoryDirectory, ...MemoryDirectory[]]> | undefined
  const tops = async () => (places ??= memoryDirectories(paths, facts.dataRoot !== undefined))
  const appIn = ({path: top}: MemoryDirectory) => path.join(top, id.project, id.environment, id.app)
  const say = (message: string | undefined) => {
    if (message === undefined || said.has(message)) return
    said.add(message)
    note(message)
  }
  const read = async (file: Readable, signal: AbortSignal) => {
    const content = await readContent(file, directory, signal)
    if (file.kind === 'secret') onSecret?.(file.name, content.toString())
    return content
  }

  const digested = async (file: MountedFile, signal: AbortSignal): Promise<MountedFile> => {
    try {
      const content = await read(file, signal)
      const digest = contentDigest(file, content, await key(signal))
      contents.set(digest, content)
      return {...file, digest}
    } catch (error) {
      // Who needs it says so: what runs already may have it.
      if (isImmError(error, 'SECRET_UNAVAILABLE')) return {...file, digest: undefined}
      throw error
    }
  }

  const existing = async (release: ReleaseName, file: MountedFile): Promise<string | undefined> => {
    for (const top of await privateDirectories(await tops())) {
      const names = await readdir(path.join(appIn(top), release)).catch(() => [])
      const name = names.find((one) => isFileOf(one, file))
      if (name !== undefined) return path.join(appIn(top), release, name)
    }
    return undefined
  }

  const write = async (release: ReleaseName, file: MountedFile, signal: AbortSignal): Promise<string> => {
    const known = file.digest === undefined ? undefined : contents.get(file.digest)
    const content = known ?? (await read(file, signal))
    const digest = contentDigest(file, content, await key(signal))
    if (file.digest !== undefined && file.digest !== digest)
      say(`${file.kind} ${file.name} of ${release} is as it is now, and not as it was: what it was is kept nowhere`)
    const [top] = await tops()
    if (!top.inMemory)
      say(
        `secrets lie in ${top.path}, which only you may enter and which may be on a disk: this host has no directory in memory that the engine sees`,
      )
    say(ownerTrouble(file))
    const place = path.join(appIn(top), release, fileName(file, file.digest ?? digest))
    await makePrivate(top.path, path.dirname(place))
    await writeFile(place, file, content)
    return place
  }

  return {
    read,
    async withDigests(settings, signal) {
      if (settings.files.length === 0) return settings
      return {...settings, files: await Promise.all(settings.files.map(async (file) => digested(file, signal)))}
    },
    async place(release, files, signal) {
      const binds: BindMount[] = []
      for (const file of files) {
        signal.throwIfAborted()
        if (!isHere(facts))
          throw unavailable(
            file,
            `the engine at ${facts.endpoint} is on another machine, and files of this one's memory are not there`,
            {
              next: 'Use an engine on this machine, or take the secrets out of the settings.',
            },
          )
        const source = (await existing(release, file)) ?? (await write(release, file, signal))
        binds.push({source, path: file.path, readOnly: true})
      }
      return binds
    },
    async retain(releases, signal) {
      for (const top of await privateDirectories(await tops()))
        for (const name of await readdir(appIn(top)).catch(() => [])) {
          signal.throwIfAborted()
          if (isForgotten(name, releases)) await rm(path.join(appIn(top), name), {recursive: true, force: true})
        }
    },
    async clear() {
      for (const top of await privateDirectories(await tops())) await rm(appIn(top), {recursive: true, force: true})
    },
  }
}

const isHere = ({endpoint}: FilesOptions['facts']): boolean =>
  /^(?:unix|npipe):/.test(endpoint) || endpoint.startsWith('/')

const mountName = ({kind, name, path: at, mode, uid, gid}: MountedFile): string =>
  createHash('sha256')
    .update(JSON.stringify([kind, name, at, mode, uid, gid]))
    .digest('hex')
    .slice(0, 16)

/** Its digest is in it: the same release number may have been given before, by a state directory that is gone. */
const fileName = (file: MountedFile, digest: string): string =>
  `${mountName(file)}-${createHash('sha256').update(digest).digest('hex').slice(0, 16)}`

/** Of what can't be read now, the content that is there is taken. */
const isFileOf = (name: string, file: MountedFile): boolean =>
  file.digest === undefined
    ? name.startsWith(`${mountName(file)}-`) && !name.endsWith('.draft')
    : name === fileName(file, file.digest)
