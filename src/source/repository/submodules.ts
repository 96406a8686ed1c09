import {mkdir, rm} from 'node:fs/promises'
import path from 'node:path'

import type {Wanted} from './check-out-tree.ts'
import {removeInside} from './remove-inside.ts'
import {submodulesOf} from './submodule-names.ts'
import {sourceOf} from './submodule-source.ts'

type CheckOut = (wanted: Wanted, signal: AbortSignal) => Promise<{warnings: string[]}>

/** Puts every submodule's commit where it belongs; those that can't be had are left empty, as in a clone, and named. */
export const checkOutSubmodules = async (
  wanted: Wanted,
  submodules: ReadonlyMap<string, string>,
  checkOut: CheckOut,
  signal: AbortSignal,
): Promise<string[]> => {
  if (submodules.size === 0) return []
  const known = await submodulesOf(wanted.gitDir, wanted.commit, signal)
  const warnings: string[] = []
  for (const [place, commit] of submodules) {
    const prefix = path.posix.join(wanted.prefix, place)
    const directory = path.join(wanted.directory, place)
    // Slashes would make folders of it.
    const memory = path.join(wanted.memory, 'submodules', encodeURIComponent(place))
    const submodule = known.get(place)
    const source =
      submodule === undefined
        ? {missing: 'no .gitmodules says where it comes from'}
        : await sourceOf({wanted, place, ...submodule, commit}, signal)
    if ('gitDir' in source) {
      const done = await checkOut({...wanted, gitDir: source.gitDir, commit, directory, memory, prefix}, signal)
      warnings.push(...done.warnings)
      continue
    }
    await removeInside(wanted.directory, place)
    await rm(memory, {recursive: true, force: true})
    await mkdir(directory, {recursive: true})
    warnings.push(`The submodule ${prefix} is empty: ${source.missing}.`)
  }
  return warnings
}
