import {devApp} from './dev-app.ts'
import type {DevRun} from './dev.ts'
import {identify} from './identify.ts'
import {keptProxy} from './kept-proxy.ts'
import {projectOf, projectReader} from './project.ts'

/** `imm dev` of a project with one app: a Dockerfile. */
export const devProject = async (run: DevRun, signal: AbortSignal): Promise<void> => {
  const {options, paths, engine, isTaken, quit, hurry} = run
  const {id, loaded, claim} = await identify(options, paths, signal, isTaken)
  await using proxy = keptProxy(paths, id, hurry)
  await devApp(
    {
      id,
      async openProject(files, within) {
        return projectOf({...loaded, settings: await files.withDigests(loaded.settings, within)}, options)
      },
      readProject: (files) => projectReader(options, files),
      directory: options.directory,
      paths,
      engine,
      async settle(emit) {
        const client = await proxy.open(emit)
        for (const message of loaded.warnings) emit({type: 'warning', message})
        return {proxy: client, addressing: {worker: loaded.settings.port === 0, ownPort: options.ownPort}}
      },
      listener: options.listener,
      onReady(app) {
        options.onReady({
          project: id.project,
          url: app.url,
          apps: [app],
          engine: engine.facts,
          directory: options.directory,
          renamedFrom: claim.renamed ? (claim.claimedBy ?? 'another user of this engine') : undefined,
          release: () => app.release(),
          rollback: async () => app.rollback(),
          quit,
        })
      },
      quit,
    },
    signal,
    hurry,
  )
}
