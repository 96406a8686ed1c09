import {soleApp, type AppId} from '../release/identity.ts'

/** `shop/main`, and `shop/main/web` where the environment has apps of several names. */
export const appName = ({project, environment, app}: AppId): string =>
  app === soleApp ? `${project}/${environment}` : `${project}/${environment}/${app}`
