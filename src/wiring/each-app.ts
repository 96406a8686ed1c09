import {statePaths} from '../state/paths.ts'
import {findApps} from './find-app.ts'
import type {Where} from './identify.ts'

/** Each app that is meant: all of the environment where it has several and none is named. */
export const eachApp = async (where: Where, signal: AbortSignal): Promise<Where[]> => {
  if (where.app !== undefined) return [where]
  const {apps} = await findApps(where, statePaths(), signal)
  return apps.length === 1 ? [where] : apps.map((app) => ({...where, app}))
}
