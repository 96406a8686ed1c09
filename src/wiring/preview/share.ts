import {ImmError, isImmError} from '../../errors.ts'
import {ensureProxy} from '../../proxy/client.ts'
import {ensureKey, forgetKey} from '../../proxy/login/key.ts'
import {localPath} from '../../proxy/login/local-path.ts'
import {signToken} from '../../proxy/login/token.ts'
import type {AppId, EnvironmentId} from '../../release/identity.ts'
import {slug} from '../../release/names.ts'
import {statePaths} from '../../state/paths.ts'
import type {StatePaths} from '../../state/paths.ts'
import {readPreview} from '../../state/previews.ts'
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

/** A link that opens an environment, and no other, until it expires. NOTHING_LIVE where it has no address, PREVIEW_NOT_FOUND where there is none. */
export const shareLink = async (
  meant: Meant,
  {lastsMs, to}: ShareWish,
  signal: AbortSignal,
  {paths, env}: {paths: StatePaths; env?: NodeJS.ProcessEnv} = {paths: statePaths()},
): Promise<Shared> => {
  const preview = await previewOf(meant, paths, signal)
  // Nobody else may be there to start it again, where it was killed; and its routes say which app is in front.
  const proxy = await ensureProxy({paths, env, signal})
  const id = await frontOf(meant, preview, paths, signal)
  const status = await proxy.status(signal)
  const route = status?.routes.find((one) => isOf(one, id))
  const {project, environment} = id
  if (status === undefined || route === undefined || route.url === '') {
    if (isImmError(preview)) throw preview
    throw new ImmError('NOTHING_LIVE', `environment ${environment} of ${project} has no address`, {
      next: '`imm preview list` and `imm status` show what runs.',
    })
  }
  if (to !== undefined && to !== '/' && localPath(to) === '/')
    throw new ImmError('USAGE', `"${to}" is no path of the preview`, {next: 'Give one such as /cart.'})
  const expiresMs = Math.floor((Date.now() + lastsMs) / 1000) * 1000
  const asks = route.login === true || (status.sharing !== undefined && !status.sharing.open)
  if (!asks) return {project, environment, url: route.url + (to ?? ''), expiresMs, asks}
  const token = signToken(await ensureKey(paths.home), 'link', {project, environment, expiresMs})
  const query = new URLSearchParams({token, ...(to === undefined ? {} : {to})})
  return {project, environment, url: `${route.url}/.imm/share?${query.toString()}`, expiresMs, asks}
}

/** The preview that is meant; where there is none of that name the error that says so, because another environment may have it. */
const previewOf = async (
  {name, directory, project}: Meant,
  paths: StatePaths,
  signal: AbortSignal,
): Promise<EnvironmentId | ImmError> => {
  if (project !== undefined) {
    const id = {project: slug(project), environment: slug(name ?? 'main')}
    return (await readPreview(paths.home, id)) ?? notFound(name ?? 'main', id.project)
  }
  try {
    const [record] = await previewsNamed(name === undefined ? [] : [name], directory, paths, signal)
    return record ?? notFound(name ?? '')
  } catch (error) {
    if (name === undefined && isImmError(error, 'NOT_A_REPOSITORY')) return error
    if (name !== undefined && isImmError(error, 'PREVIEW_NOT_FOUND')) return error
    throw error
  }
}

const notFound = (name: string, project?: string): ImmError =>
  new ImmError('PREVIEW_NOT_FOUND', `there is no preview of ${name}${project === undefined ? '' : ` in ${project}`}`)

/** A preview, or an environment of another kind by its very name: never one that is only called alike. */
const frontOf = async (
  {name, directory, project, app}: Meant,
  preview: EnvironmentId | ImmError,
  paths: StatePaths,
  signal: AbortSignal,
): Promise<AppId> => {
  const front = async (of: string | undefined, environment: string): Promise<AppId> =>
    findFront({directory, environment, flags: {project: of}, app}, paths, signal)
  if (!isImmError(preview)) return front(preview.project, preview.environment)
  try {
    return await front(project, name ?? 'main')
  } catch (error) {
    throw isImmError(error, 'PROJECT_NOT_FOUND') ? preview : error
  }
}

/** Ends all links and sessions that were given so far, of every preview. */
export const revokeLinks = async (): Promise<void> => {
  const {home} = statePaths()
  await forgetKey(home)
  await ensureKey(home)
}
