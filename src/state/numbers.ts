import path from 'node:path'

import type {AppId} from '../release/identity.ts'
import {addEntry, lastEntry} from './sequence.ts'

/** What an attempt is numbered with: the release's number and the attempt's generation, both rising per environment. */
export interface Numbers {
  release: number
  generation: number
}

export interface Allotment {
  /** imm's state directory */
  home: string
  id: AppId
  /** the highest that the engine's labels know, 0 for none: the floor where the state is lost */
  atLeast: Numbers
  /** `release`: both rise; `generation`: another attempt with a release that has its number already (rollback, replace) */
  kind: 'release' | 'generation'
  signal: AbortSignal
}

/** The highest release number that was ever allotted, and at least the engine's. */
export const newestNumber = async ({home, id, atLeast, signal}: Omit<Allotment, 'kind'>): Promise<number> =>
  Math.max(atLeast.release, releaseOf((await lastEntry(directoryOf(home, id), signal))?.text))

const directoryOf = (home: string, {project, environment}: AppId): string =>
  path.join(home, 'numbers', project, environment)

/** Allots numbers that no other process gets: above all that were allotted before, and above `atLeast`. */
export const allotNumbers = async ({home, id, atLeast, kind, signal}: Allotment): Promise<Numbers> => {
  const directory = directoryOf(home, id)
  for (;;) {
    const last = await lastEntry(directory, signal)
    const release = Math.max(atLeast.release, releaseOf(last?.text)) + (kind === 'release' ? 1 : 0)
    const generation = Math.max(atLeast.generation, last?.number ?? 0) + 1
    if (await addEntry(directory, {number: generation, text: JSON.stringify({release})}, signal))
      return {release, generation}
  }
}

// A file that makes no sense counts as lost: the labels' floor is enough to go on.
const releaseOf = (text: string | undefined): number => {
  try {
    const value = JSON.parse(text ?? '') as {release?: unknown} | null
    return Number.isSafeInteger(value?.release) ? (value?.release as number) : 0
  } catch {
    return 0
  }
}
