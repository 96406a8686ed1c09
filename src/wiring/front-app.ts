import type {AppSpec} from '../lifecycle/services/spec.ts'
import {soleApp} from '../release/identity.ts'

/** The app that answers under the environment's own host: what people open first. */
export const frontApp = (apps: readonly AppSpec[]): AppSpec | undefined => {
  const reached = apps.filter(({settings}) => settings.port !== 0)
  return reached.find(({app}) => app === soleApp) ?? reached.find(({published}) => published.length > 0) ?? reached[0]
}
