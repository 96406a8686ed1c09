import type {HookName} from '../../config/previews.ts'
import {hostGates} from '../../gates/host-gates.ts'
import {runHook} from '../../preview/hooks.ts'
import {directCall} from '../../proxy/link.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import type {StatePaths} from '../../state/paths.ts'
import {readPreview} from '../../state/previews.ts'
import {hookPlace} from './hook.ts'

/** Runs what is to be told that a preview sleeps, or was woken. */
export const tellHook = async (
  id: EnvironmentId,
  hook: HookName,
  paths: StatePaths,
  log: (text: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  const preview = await readPreview(paths.home, id)
  if (!preview) return
  const [app = ''] = preview.apps
  const path = `/v1/routes/${[id.project, id.environment, app].map(encodeURIComponent).join('/')}`
  const route = (await directCall(paths)({method: 'GET', path}, signal)) as {url?: string} | undefined
  const gates = hostGates(await hookPlace(paths, preview))
  const warning = await runHook(
    {hook, preview, url: route?.url, command: async (...call) => gates.command(...call), onLine: log},
    signal,
  )
  if (warning !== undefined) log(warning)
}
