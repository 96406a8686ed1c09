import {ImmError} from '../../errors.ts'
import {connectProxy} from '../../proxy/client.ts'
import {ensureKey, forgetKey} from '../../proxy/login/key.ts'
import {localPath} from '../../proxy/login/local-path.ts'
import {signToken} from '../../proxy/login/token.ts'
import {statePaths} from '../../state/paths.ts'
import {findFront} from '../find-app.ts'
import type {Where} from '../identify.ts'
import {isOf} from '../status.ts'

export interface Shared {
  project: string
  environment: string
  /** with what opens it, where a login is asked for */
  url: string
  expiresMs: number
  /** somebody who follows the address alone has to log in */
  asks: boolean
}

export interface ShareWish {
  lastsMs: number
  /** where the link leads to */
  to?: string | undefined
}

/** A link that opens an environment, and no other, until it expires. NOTHING_LIVE where it has no address. */
export const shareLink = async (where: Where, {lastsMs, to}: ShareWish, signal: AbortSignal): Promise<Shared> => {
  const paths = statePaths()
  const [id, proxy] = await Promise.all([findFront(where, paths, signal), connectProxy({paths, signal})])
  const status = await proxy?.status(signal)
  const route = status?.routes.find((one) => isOf(one, id))
  const {project, environment} = id
  if (status === undefined || route === undefined || route.url === '')
    throw new ImmError('NOTHING_LIVE', `environment ${environment} of ${project} has no address`, {
      next: '`imm preview list` and `imm status` show what runs.',
    })
  if (to !== undefined && to !== '/' && localPath(to) === '/')
    throw new ImmError('USAGE', `"${to}" is no path of the preview`, {next: 'Give one such as /cart.'})
  const expiresMs = Math.floor((Date.now() + lastsMs) / 1000) * 1000
  const asks = route.login === true || (status.sharing !== undefined && !status.sharing.open)
  if (!asks) return {project, environment, url: route.url + (to ?? ''), expiresMs, asks}
  const token = signToken(await ensureKey(paths.home), 'link', {project, environment, expiresMs})
  const query = new URLSearchParams({token, ...(to === undefined ? {} : {to})})
  return {project, environment, url: `${route.url}/.imm/share?${query.toString()}`, expiresMs, asks}
}

/** Ends all links and sessions that were given so far, of every preview. */
export const revokeLinks = async (): Promise<void> => {
  const {home} = statePaths()
  await forgetKey(home)
  await ensureKey(home)
}
