import {ImmError} from '../errors.ts'
import {connectProxy} from '../proxy/client.ts'
import {statePaths} from '../state/paths.ts'
import {findFront} from './find-app.ts'
import type {Where} from './identify.ts'
import {isOf} from './status.ts'

/** Where an environment is reached. NOTHING_LIVE where it has no route. */
export const addressOf = async (where: Where, signal: AbortSignal): Promise<string> => {
  const paths = statePaths()
  const [id, proxy] = await Promise.all([findFront(where, paths, signal), connectProxy({paths, signal})])
  const status = await proxy?.status(signal)
  const route = status?.routes.find((one) => isOf(one, id))
  if (!route) throw new ImmError('NOTHING_LIVE', `nothing runs in environment ${id.environment} of ${id.project}`)
  if (route.url === '')
    throw new ImmError('USAGE', `${id.app} of ${id.project} listens on nothing, so it has no address`, {
      next: '`imm logs` shows what it does.',
    })
  return route.url
}
