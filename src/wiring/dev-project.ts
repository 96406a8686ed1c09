import {loadSettings} from '../config/load.ts'
import {projectOfAttempt, settingsOf} from './attempt.ts'
import {devApp} from './dev-app.ts'
import type {DevRun} from './dev.ts'
import {identify, type Identified, type Where} from './identify.ts'
import {keptProxy} from './kept-proxy.ts'
import {projectOf, projectReader} from './project.ts'

/** `imm dev` of a project with one app: a Dockerfile. */
export const devProject = async (run: DevRun, signal: AbortSignal): Promise<void> => {
  const {options, paths, engine, isTaken, quit, hurry, attempt} = run
  const {id, loaded, claim} = attempt
    ? await identifyChecked(options, signal)
    : await identify(options, paths, signal, isTaken)
  await using proxy = keptProxy(paths, id, hurry)
  await devApp(
    {
      id,
      async openProject(files, within) {
        if (!attempt) return projectOf({...loaded, settings: await files.withDigests(loaded.settings, within)}, options)
        const settings = await files.withDigests(settingsOf(loaded.settings, attempt), within)
        return projectOfAttempt({...loaded, settings}, options, attempt)
      },
      readProject: (files) => projectReader(options, files),
      directory: options.directory,
      paths,
      engine,
      async settle(emit) {
        await attempt?.prepare(
          id,
          {apps: [{app: id.app, settings: loaded.settings}], services: [], volumes: []},
          signal,
        )
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
      attempt: attempt && {...attempt, onOver: async (how) => attempt.onOver(id, how)},
    },
    signal,
    hurry,
  )
}

/** Its project has its name from the repository. */
const identifyChecked = async ({directory, environment, flags}: Where, signal: AbortSignal): Promise<Identified> => {
  const loaded = await loadSettings({directory, flags, signal})
  const {project, app} = loaded.settings
  return {id: {project, environment, app}, loaded, claim: {slug: project, renamed: false}}
}
