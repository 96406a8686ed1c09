import {createHash} from 'node:crypto'

import type {PreviewSettings} from '../../config/previews.ts'
import type {Ref} from '../../source/repository/ref.ts'
import type {PreviewRecord} from '../../state/previews.ts'
import type {Situation} from '../situation.ts'
import {wantedOf} from '../wanted.ts'
import {isPassing} from './passing.ts'
import type {ServeWorld} from './world.ts'

export interface Observed {
  refs: ReadonlyMap<string, Ref>
  settings: PreviewSettings
  records: ReadonlyMap<string, PreviewRecord>
  situation: Omit<Situation, 'busy' | 'attempts'>
}

/** Looks at git and at the previews, both as they are now. */
export const observe = async (
  world: Pick<ServeWorld, 'memory' | 'refs' | 'settings' | 'previews' | 'now'>,
  signal: AbortSignal,
): Promise<Observed> => {
  const [refs, settings, records] = await Promise.all([
    world.refs(signal),
    world.settings(signal),
    world.previews(signal),
  ])
  return {
    refs: new Map(refs.map((ref) => [ref.ref, ref])),
    settings,
    records: new Map(records.map((record) => [record.ref, record])),
    situation: {
      ...wantedOf(refs, settings, world.memory.pulls),
      actual: records,
      last: world.memory.brought,
      ttlMs: settings.ttlMs,
      settings: digestOf(settings),
      parallel: settings.parallel,
      nowMs: world.now(),
      isPassing,
    },
  }
}

/** Of what makes a preview what it is; which refs get one, and how many at once, is no part of it. */
const digestOf = (settings: PreviewSettings): string => {
  const {branches: _branches, pulls: _pulls, parallel: _parallel, files: _files, ...rest} = settings
  return createHash('sha256')
    .update(JSON.stringify(sorted(rest)))
    .digest('hex')
    .slice(0, 16)
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  )
}
