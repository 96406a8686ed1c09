import {createHash} from 'node:crypto'
import {readdir, realpath, stat} from 'node:fs/promises'
import path from 'node:path'

import {ImmBug} from '../errors.ts'
import {slugWithSuffix} from '../release/names.ts'
import {addEntry, lastEntry} from './sequence.ts'
import type {Entry} from './sequence.ts'

export interface Claim {
  /** the name that this directory has from now on */
  slug: string
  /** another directory has the name that was asked for */
  renamed: boolean
  /** that directory */
  claimedBy?: string
}

export interface ClaimRequest {
  /** imm's state directory */
  home: string
  /** the name that is asked for */
  slug: string
  /** of the project; must exist */
  directory: string
  /** whether another user of the engine has things of this name there */
  isTaken?: (slug: string) => Promise<boolean>
  signal: AbortSignal
}

const suffixLengths = [4, 8, 16, 32]

/**
 * Gives a project's name to one directory only, so that two projects (or worktrees) of the same name never share containers or volumes.
 * The first directory keeps it until it no longer exists; another gets `<slug>-<4 hex>`, the same one each time.
 */
export const claimProject = async ({
  home,
  slug,
  directory,
  isTaken = notTaken,
  signal,
}: ClaimRequest): Promise<Claim> => {
  const place = await realpath(directory)
  const digest = createHash('sha256').update(place).digest('hex')
  const suffixed = suffixLengths.map((length) => slugWithSuffix(slug, digest.slice(0, length)))
  const owner = await directoryOfProject(home, slug, signal)

  // Once renamed, always renamed: its containers and volumes carry the other name, also when the first directory is gone.
  for (const name of suffixed) if ((await directoryOfProject(home, name, signal)) === place) return renamed(name, owner)
  const first = (await isTaken(slug)) ? undefined : await claim(home, slug, place, signal)
  if (first === place) return {slug, renamed: false}
  for (const name of suffixed)
    if (!(await isTaken(name)) && (await claim(home, name, place, signal)) === place) return renamed(name, first)
  throw new ImmBug(`no name is left for ${place} beside ${slug}`)
}

const notTaken = async () => false

const renamed = (slug: string, claimedBy: string | undefined): Claim => ({
  slug,
  renamed: true,
  ...(claimedBy === undefined ? {} : {claimedBy}),
})

/** The directory that has the name after this: `place`, unless another one has it that still exists. */
const claim = async (home: string, slug: string, place: string, signal: AbortSignal): Promise<string> => {
  for (;;) {
    const last = await lastEntry(entriesOf(home, slug), signal)
    const owner = directoryOf(last)
    if (owner === place || (owner !== undefined && (await isDirectory(owner)))) return owner
    const next = {number: (last?.number ?? 0) + 1, text: JSON.stringify({directory: place})}
    if (await addEntry(entriesOf(home, slug), next, signal)) return place
  }
}

/** The directory that has a name; undefined where none is known. */
export const directoryOfProject = async (
  home: string,
  slug: string,
  signal: AbortSignal,
): Promise<string | undefined> => directoryOf(await lastEntry(entriesOf(home, slug), signal))

const entriesOf = (home: string, slug: string): string => path.join(home, 'projects', slug)

const directoryOf = (entry: Entry | undefined): string | undefined => {
  try {
    const value = JSON.parse(entry?.text ?? '') as {directory?: unknown} | null
    return typeof value?.directory === 'string' ? value.directory : undefined
  } catch {
    return undefined
  }
}

/** Whether a name was claimed by a directory that is gone for certain. */
export const isAbandoned = async (home: string, slug: string, signal: AbortSignal): Promise<boolean> => {
  const owner = await directoryOfProject(home, slug, signal)
  return owner !== undefined && !(await isDirectory(owner))
}

/** Names that a directory has claimed, in the order of the alphabet. */
export const claimsOf = async (home: string, directory: string, signal: AbortSignal): Promise<string[]> => {
  const place = await realpath(directory)
  const slugs = await readdir(path.join(home, 'projects')).catch(() => [])
  const owners = await Promise.all(
    slugs.map(async (slug) => ({slug, owner: await directoryOfProject(home, slug, signal)})),
  )
  return owners.filter(({owner}) => owner === place).map(({slug}) => slug)
}

const isDirectory = async (place: string): Promise<boolean> => {
  try {
    return (await stat(place)).isDirectory()
  } catch (error) {
    // Only what is surely gone is given away: a directory that can't be read now (an unmounted disk's parent) is still somebody's.
    return !(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
  }
}
