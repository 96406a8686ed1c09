import {ImmError} from '../errors.ts'
import {soleApp, type AppId} from '../release/identity.ts'
import type {StatePaths} from '../state/paths.ts'
import {loadApplication} from './application.ts'
import {findApp} from './find-app.ts'
import {identify, type Identified, type Where} from './identify.ts'

/** An app with its settings as they are now: that of a Dockerfile, or the one of a Compose file that is meant. */
export const identifyApp = async (
  where: Where,
  paths: StatePaths,
  signal: AbortSignal,
): Promise<Pick<Identified, 'id' | 'loaded'>> => {
  const id = await findApp(where, paths, signal)
  const composed = await loadApplication(
    {
      directory: where.directory,
      files: [],
      profiles: ['*'],
      flags: {...where.flags, project: undefined},
      identify: () => id,
    },
    signal,
  )
  if (!composed) return id.app === soleApp ? identify(where, paths, signal) : Promise.reject(noApp(id))
  const {application, warnings} = composed
  const spec = application.apps.find(({app}) => app === id.app)
  if (!spec) throw noApp(id)
  return {id, loaded: {settings: spec.settings, files: [...application.files], warnings}}
}

const noApp = ({project, app}: AppId): ImmError =>
  new ImmError('APP_NOT_FOUND', `the Compose file of ${project} does not build "${app}" any more`)
