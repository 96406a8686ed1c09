import path from 'node:path'

import type {Change} from '../lifecycle/ports.ts'
import type {Contents} from './contents.ts'
import type {Fingerprints} from './fingerprints.ts'
import {fingerprint} from './fingerprints.ts'
import {ignoreFiles} from './ignore.ts'
import type {Place} from './place.ts'
import type {Scope} from './scope.ts'
import type {Batch, Settler} from './settle.ts'
import {differences, entriesOf} from './tree.ts'
import type {Watching} from './watching.ts'
import {within} from './within.ts'

export interface ChangesOptions {
  place: Place
  /** of the settings files as they were read last */
  settings: Fingerprints
  settling: Settler
  watching: Watching
  warn: (message: string) => void
  /** Looks at what was reported. */
  look: (everything: boolean, signal: AbortSignal) => Promise<Contents>
  /** what was told last, by a change or a snapshot; undefined while nothing is known for sure */
  told: () => Contents | undefined
  tell: (contents: Contents) => void
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
  const {place, settings, watching, warn} = options
  const scope = watching.scope()
  if (scope === undefined) return undefined
  for (const file of batch.restless) {
    if (scope.counts(scope.inContext(file) ?? '')) warn(restless(place, file))
  }
  if (batch.everything) watching.cover()
  const changed = new Set<string>()
  const nameOf = (file: string): string => path.relative(place.project, file).replaceAll(path.sep, '/') || '.'
  for (const file of await differing(batch, scope, options, signal)) changed.add(nameOf(path.join(place.context, file)))
  let settingsChanged = false
  for (const file of batch.everything ? settings.keys() : batch.paths) {
    if (!settings.has(file) || !(await isOther(file, settings))) continue
    settingsChanged = true
    changed.add(nameOf(file))
  }
  if (changed.size === 0) return undefined
  const files = [...changed].toSorted().slice(0, namedFiles)
  return {files, count: changed.size, firstEventMs: batch.firstEventMs, settings: settingsChanged}
}

/**
 * Files of the context that count and differ from what was told last. A batch in which nothing does is no change: temporary files that
 * are gone again, a file that was touched, written again with the same content, or edited before the snapshot that has it already.
 */
const differing = async (
  batch: Batch,
  scope: Scope,
  {place, watching, look, told, tell}: ChangesOptions,
  signal: AbortSignal,
): Promise<string[]> => {
  const inBatch = batch.paths.flatMap((file) => scope.inContext(file) ?? []).filter(scope.counts)
  let now: Contents
  try {
    now = await look(batch.everything, signal)
  } catch {
    signal.throwIfAborted()
    // Not to be read: the snapshot says so, with its name.
    return inBatch.length === 0 && (batch.everything || batch.paths.includes(place.context)) ? [''] : inBatch
  }
  // The snapshot that was under way is done by now: one save must not be two changes.
  const before = told()
  tell(now)
  if (now.rules.digest !== scope.rules.digest) watching.renew()
  if (before === undefined)
    return batch.everything ? [...entriesOf(now.root)].map(({path: file}) => file).filter(scope.counts) : inBatch
  const found = [...differences(before.root, now.root)].filter(scope.counts)
  if (before.rules.digest === now.rules.digest) return found
  const decisive = ignoreFiles(place.dockerfile)
  const named = decisive.filter((file) => batch.paths.includes(path.join(place.context, file)))
  // What other rules let in or keep out was not changed itself.
  const changed = found.filter((file) => !now.rules.ignores(file))
  return [...changed, ...(named.length > 0 ? named : [now.rules.file ?? before.rules.file ?? ''])]
}

const isOther = async (file: string, settings: Fingerprints): Promise<boolean> => {
  const now = await fingerprint(file)
  if (settings.get(file) === now) return false
  settings.set(file, now)
  return true
}

const restless = (place: Place, file: string): string => {
  const name = path.relative(place.project, file).replaceAll(path.sep, '/')
  return `${name} is written all the time, so that changes are noticed late and builds start again; keep it out with .dockerignore, or with \`watch.ignore\` in imm.yaml.`
}
