import {ImmError, isImmError} from '../../errors.ts'
import {ensureProxy} from '../../proxy/client.ts'
import {ensureKey, forgetKey} from '../../proxy/login/key.ts'
import {localPath} from '../../proxy/login/local-path.ts'
import {signToken} from '../../proxy/login/token.ts'
import type {AppId} from '../../release/identity.ts'
import {statePaths} from '../../state/paths.ts'
import type {StatePaths} from '../../state/paths.ts'
import {findFront} from '../find-app.ts'
import {isOf} from '../status.ts'
import {previewsNamed} from './find.ts'

export interface Shared {
  project: string
  environment: string
  /** with what opens it, where a login is asked for */
  url: string
  expiresMs: number
  /** somebody who follows the address alone has to log in */
  asks: boolean
}

export interface Meant {
  /** of a branch or an environment; undefined: what is checked out in the directory */
  name: string | undefined
  directory: string
  /** undefined: that of the directory */
  project: string | undefined
  app: string | undefined
}

export interface ShareWish {
  lastsMs: number
  /** where the link leads to */
  to?: string | undefined
}

/** A link that opens an environment, and no other, until it expires. NOTHING_LIVE where it has no address. */
export const shareLink = async (meant: Meant, {lastsMs, to}: ShareWish, signal: AbortSignal): Promise<Shared> => {
  const paths = statePaths()
  const [id, proxy] = await Promise.all([frontOf(meant, paths, signal), ensureProxy({paths, signal})])
  const status = await proxy.status(signal)
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

/** A preview, or an environment of another kind by its very name: never one that is only called alike. */
const frontOf = async (
  {name, directory, project, app}: Meant,
  paths: StatePaths,
  signal: AbortSignal,
): Promise<AppId> => {
  const front = async (of: string | undefined, environment: string): Promise<AppId> =>
    findFront({directory, environment, flags: {project: of}, app}, paths, signal)
  if (project !== undefined) return front(project, name ?? 'main')
  try {
    const [record] = await previewsNamed(name === undefined ? [] : [name], directory, paths, signal)
    if (record !== undefined) return await front(record.project, record.environment)
  } catch (error) {
    const isOther = isImmError(error, 'PREVIEW_NOT_FOUND') || isImmError(error, 'NOT_A_REPOSITORY')
    if (!isOther || (name === undefined && isImmError(error, 'PREVIEW_NOT_FOUND'))) throw error
  }
  return front(undefined, name ?? 'main')
}

/** Ends all links and sessions that were given so far, of every preview. */
export const revokeLinks = async (): Promise<void> => {
  const {home} = statePaths()
  await forgetKey(home)
  await ensureKey(home)
}
