import {randomUUID} from 'node:crypto'
import {mkdir, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'

import type {Pin, Records, ReleaseRecord} from '../lifecycle/ports.ts'
import {releaseNumber, type AppId} from '../release/identity.ts'
import {isForgotten} from '../release/retention.ts'

/** A release's file: its settings are in another, because most releases of an app have the same. */
interface ReleaseFile {
  settingsDigest: string
  port: number
}

type SettingsFile = Pick<ReleaseRecord, 'settings' | 'withheld'>

/**
 * `releases/PROJECT/ENVIRONMENT/APP/` in the state directory, for its owner's eyes only: `r12-3fa9c1e.json` names a `settings-<hex>.json`;
 * `pin.json` is there while the environment is pinned. A file that makes no sense counts as lost.
 */
export const recordsOf = (home: string, {project, environment, app}: AppId): Records => {
  const directory = path.join(home, 'releases', project, environment, app)
  const fileOf = (name: string) => path.join(directory, `${name}.json`)
  const releaseIn = async (name: string, signal: AbortSignal) => readJson(fileOf(name), isReleaseFile, signal)

  // One after the other, or settings that no release names yet would be taken for left over.
  let last: Promise<void> = Promise.resolve()
  const inOrder = async (work: () => Promise<void>): Promise<void> => (last = last.then(work, work))

  return {
    note: async (release, {settingsDigest, port, settings, withheld}, signal) =>
      inOrder(async () => {
        await mkdir(directory, {recursive: true, mode: 0o700})
        const shared = fileOf(settingsName(settingsDigest))
        if (!(await readJson(shared, isSettingsFile, signal)))
          await write(shared, {settings, withheld} satisfies SettingsFile, signal)
        await write(fileOf(release), {settingsDigest, port} satisfies ReleaseFile, signal)
      }),
    async read(release, signal) {
      const own = await releaseIn(release, signal)
      const shared = own && (await readJson(fileOf(settingsName(own.settingsDigest)), isSettingsFile, signal))
      return shared && {...own, ...shared}
    },
    retain: async (releases, signal) =>
      inOrder(async () => {
        const names = (await readdir(directory).catch(() => [])).map((name) => path.basename(name, '.json'))
        const wanted = new Set<string>()
        for (const name of names.filter((one) => releaseNumber(one) !== undefined)) {
          const own = isForgotten(name, releases) ? undefined : await releaseIn(name, signal)
          if (own) wanted.add(settingsName(own.settingsDigest))
          else await rm(fileOf(name), {force: true})
        }
        for (const name of names)
          if (name.startsWith('settings-') && !wanted.has(name)) await rm(fileOf(name), {force: true})
      }),
    pin: async (signal) => readJson(fileOf('pin'), isPin, signal),
    async setPin(pin, signal) {
      if (!pin) return rm(fileOf('pin'), {force: true})
      await mkdir(directory, {recursive: true, mode: 0o700})
      return write(fileOf('pin'), pin, signal)
    },
  }
}

const settingsName = (digest: string): string => `settings-${digest.replace(/^sha256:/, '')}`

/** Whole or not at all: whoever reads meanwhile finds the file as it was before. */
const write = async (file: string, value: object, signal: AbortSignal): Promise<void> => {
  signal.throwIfAborted()
  const draft = `${file}.${randomUUID()}.draft`
  try {
    await writeFile(draft, JSON.stringify(value), {flag: 'wx', mode: 0o600})
    await rename(draft, file)
  } finally {
    await rm(draft, {force: true})
  }
}

const readJson = async <T>(
  file: string,
  isRight: (value: unknown) => value is T,
  signal: AbortSignal,
): Promise<T | undefined> => {
  signal.throwIfAborted()
  try {
    const value: unknown = JSON.parse(await readFile(file, {encoding: 'utf8', signal}))
    return isRight(value) ? value : undefined
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}

const isReleaseFile = (value: unknown): value is ReleaseFile => {
  const {settingsDigest, port} = (value ?? {}) as Partial<ReleaseFile>
  return typeof settingsDigest === 'string' && /^sha256:[0-9a-f]+$/.test(settingsDigest) && Number.isInteger(port)
}

const isSettingsFile = (value: unknown): value is SettingsFile => {
  const {settings, withheld} = (value ?? {}) as Partial<SettingsFile>
  return typeof settings === 'object' && typeof settings.env === 'object' && Array.isArray(withheld)
}

const isPin = (value: unknown): value is Pin => {
  const {release} = (value ?? {}) as Partial<Pin>
  return typeof release === 'string' && releaseNumber(release) !== undefined
}
