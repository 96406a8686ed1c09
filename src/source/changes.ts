import path from 'node:path'

import type {Change} from '../lifecycle/ports.ts'
import {ignoreFiles, readIgnoreRules} from './ignore.ts'
import type {Fingerprints} from './known.ts'
import {comparison, fingerprint} from './known.ts'
import type {Place} from './place.ts'
import {scan} from './scan.ts'
import type {Scope} from './scope.ts'
import type {Batch, Settler} from './settle.ts'
import type {Contents, HashCache} from './snapshot.ts'
import type {Watching} from './watching.ts'
import {within} from './within.ts'

export interface ChangesOptions {
  place: Place
  /** of the settings files as they were read last */
  settings: Fingerprints
  settling: Settler
  watching: Watching
  cache: HashCache
  warn: (message: string) => void
  /** what the last snapshot holds, the one under way included; undefined while nothing is known for sure */
  last: () => Promise<Contents | undefined>
}

/** As many names as people read. */
const namedFiles = 20

/** Batches at rest in which something differs, until the signal aborts. */
export async function* changesOf(options: ChangesOptions, signal: AbortSignal): AsyncGenerator<Change> {
  const {settling, watching} = options
  try {
    await within(watching.ready(), signal)
    for (;;) {
      const change = await changeOf(await nextBatch(settling, signal), options, signal)
      if (change !== undefined) yield change
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** The watches don't keep the process alive; who waits for one of their reports does. */
const nextBatch = async (settling: Settler, signal: AbortSignal): Promise<Batch> => {
  const alive = setInterval(() => undefined, 2 ** 30)
  try {
    return await settling.next(signal)
  } finally {
    clearInterval(alive)
  }
}

const changeOf = async (batch: Batch, options: ChangesOptions, signal: AbortSignal): Promise<Change | undefined> => {
  const {place, settings, watching, cache, warn, last} = options
  const scope = watching.scope()
  if (scope === undefined) return undefined
  for (const file of batch.restless) {
    if (scope.counts(scope.inContext(file) ?? '')) warn(restless(place, file))
  }
  const contents = await within(last(), signal)
  const differs = contents === undefined ? async () => true : comparison(place, contents, cache)
  const changed: string[] = []
  let settingsChanged = false
  let rulesChanged = false
  for (const file of batch.everything ? await everything(batch, place, scope, contents, signal) : batch.paths) {
    const inContext = scope.inContext(file)
    let differ = false
    if (settings.has(file) && (await isOther(file, settings))) differ = settingsChanged = true
    if (inContext !== undefined && ignoreFiles(place.dockerfile).includes(inContext)) {
      const {digest} = await readIgnoreRules(place, 'leave out', signal)
      if (digest !== scope.rules.digest) rulesChanged = true
      if (digest !== (contents?.rules ?? scope.rules.digest)) differ = true
    }
    if (!differ && inContext !== undefined && scope.counts(inContext)) differ = await differs(inContext, signal)
    if (differ) changed.push(path.relative(place.project, file).replaceAll(path.sep, '/'))
  }
  if (rulesChanged) watching.renew()
  if (changed.length === 0) return undefined
  changed.sort()
  const {firstEventMs} = batch
  return {files: changed.slice(0, namedFiles), count: changed.length, firstEventMs, settings: settingsChanged}
}

const isOther = async (file: string, settings: Fingerprints): Promise<boolean> => {
  const now = await fingerprint(file)
  if (settings.get(file) === now) return false
  settings.set(file, now)
  return true
}

/** Every path that was or is there. */
const everything = async (
  batch: Batch,
  place: Place,
  scope: Scope,
  contents: Contents | undefined,
  signal: AbortSignal,
): Promise<Set<string>> => {
  const {entries} = await scan(place, scope.rules, 'leave out', signal)
  const known = contents?.entries.keys() ?? []
  const inContext = [...entries.keys(), ...known].map((file) => path.join(place.context, file))
  return new Set([...batch.paths, ...scope.exact, ...inContext])
}

const restless = (place: Place, file: string): string => {
  const name = path.relative(place.project, file).replaceAll(path.sep, '/')
  return `${name} is written all the time, so that changes are noticed late and builds start again; keep it out with .dockerignore, or with \`watch.ignore\` in imm.yaml.`
}
