import {stat} from 'node:fs/promises'
import path from 'node:path'

import type {HookName} from '../../config/previews.ts'
import {runCommand} from '../../gates/command.ts'
import type {LifecycleEvent} from '../../lifecycle/events.ts'
import {runHook} from '../../preview/hooks.ts'
import type {StatePaths} from '../../state/paths.ts'
import type {PreviewRecord} from '../../state/previews.ts'
import {placeIn} from './places.ts'
import {servePlace} from './serve-place.ts'

interface HookWorld {
  paths: StatePaths
  listener: (event: LifecycleEvent) => void
}

const mostLines = 5

/** Runs what the preview's record has for a hook; what goes wrong with it is a warning. */
export const tellHook = async (
  hook: HookName,
  preview: PreviewRecord,
  url: string | undefined,
  {paths, listener}: HookWorld,
  signal: AbortSignal,
): Promise<void> => {
  if (!preview.hooks[hook]) return
  const {project, environment} = preview
  const about = {project, environment, app: 'hooks'}
  const directory = await hookPlace(paths, preview)
  const last: string[] = []
  const warning = await runHook(
    {
      hook,
      preview,
      url,
      command: async (...call) => runCommand(directory, ...call),
      onLine(text) {
        if (last.push(text) > mostLines) last.shift()
        const time = new Date().toISOString()
        listener({...about, time, type: 'log', release: undefined, service: hook, stream: 'stdout', text})
      },
    },
    signal,
  )
  if (warning === undefined) return
  const message = [warning, ...last].join('\n')
  listener({...about, time: new Date().toISOString(), type: 'warning', message})
}

/** Where hooks run: what their words name is of the repository as its owner has it, never of the commit that is tried. */
export const hookPlace = async (
  paths: StatePaths,
  {repository, subdirectory}: Pick<PreviewRecord, 'repository' | 'subdirectory'>,
): Promise<string> => {
  if (path.basename(repository) === '.git') return placeIn(path.dirname(repository), subdirectory)
  const {settings} = servePlace(paths, {gitDir: repository})
  return (await stat(settings).catch(() => undefined)) ? settings : repository
}
