import type {LifecycleEvent} from '../lifecycle/events.ts'
import {soleApp} from '../release/identity.ts'

/** For people who watch several previews at once: each line says whose it is. Programs find it in each event. */
export const namedByPreview = (event: LifecycleEvent): LifecycleEvent => ({
  ...event,
  app: event.app === soleApp ? event.environment : `${event.environment}/${event.app}`,
})
