import {ImmError} from '../errors.ts'
import type {ReleaseName} from '../release/identity.ts'
import {askSession} from '../session/ask.ts'
import type {Decision} from '../session/session.ts'
import {statePaths} from '../state/paths.ts'
import {findApp} from './find-app.ts'
import type {Where} from './identify.ts'

/** Ends what a release does on its way to the traffic; only an `imm dev` that runs brings one there. Resolves once it is done. */
export const runDecision = async (
  where: Where,
  decision: Decision,
  signal: AbortSignal,
): Promise<{release: ReleaseName; environment: string}> => {
  const paths = statePaths()
  const id = await findApp(where, paths, signal)
  const session = await askSession(paths.runtime, id, signal)
  if (!session)
    throw new ImmError('NOT_UNDER_WAY', `no imm dev runs for environment ${id.environment} of ${id.project}`, {
      next: 'Start one with `imm dev`.',
    })
  return {release: await session.decide(decision, signal), environment: id.environment}
}
