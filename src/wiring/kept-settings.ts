import {defaultSettings} from '../config/default-settings.ts'
import type {Settings} from '../config/settings.ts'
import type {AppId} from '../release/identity.ts'

/** Settings of an app whose files nobody reads, as far as neither a record nor its container tells. */
export const keptSettings = ({project, app}: AppId): Settings => ({
  ...defaultSettings({
    project,
    app,
    build: {context: '', dockerfile: 'Dockerfile', target: undefined, args: {}},
  }),
  guard: undefined,
})
