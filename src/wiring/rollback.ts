import type {Happening} from '../lifecycle/events.ts'
import type {AppId} from '../release/identity.ts'
import {askSession} from '../session/ask.ts'
import type {RollbackAnswer, WantedRelease} from '../session/session.ts'
import {statePaths} from '../state/paths.ts'
import {findApp} from './find-app.ts'
import type {Where} from './identify.ts'

/** Gives the traffic to an earlier release: through the `imm dev` that holds the environment, else by ourselves. */
export const runRollback = async (
  where: Where,
  wanted: WantedRelease,
  listener: (happening: Happening) => void,
  signal: AbortSignal,
): Promise<RollbackAnswer & AppId> => {
  const paths = statePaths()
  const id = await findApp(where, paths, signal, typeof wanted === 'string' ? wanted : undefined)
  const session = await askSession(paths.runtime, id, signal)
  if (session) return {...(await session.rollback(wanted, signal)), ...id}
  // Engine, settings and source take longer to load than the other `imm dev` to answer.
  const {rollbackAlone} = await import('./rollback-alone.ts')
  return {...(await rollbackAlone({...where, app: id.app}, wanted, listener, signal)), ...id}
}
