import type {Surroundings} from '../lifecycle/world.ts'
import type {AppId} from '../release/identity.ts'
import {readNames} from '../state/names.ts'
import type {StatePaths} from '../state/paths.ts'
import {withNames, type Names} from './surroundings.ts'

/** What the `imm dev` that ran the environment left of its names; undefined for an app that was alone. What it depends on runs, or did. */
export const keptSurroundings = async (id: AppId, {home}: StatePaths): Promise<Surroundings | undefined> => {
  const names = (await readNames(home, id)) as Partial<Names> | undefined
  const {apps, places} = names ?? {}
  if (!Array.isArray(apps)) return undefined
  return {attach: (attachment) => withNames(attachment, id.app, {apps, places}), ready: async () => undefined}
}
