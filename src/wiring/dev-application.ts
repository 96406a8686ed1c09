import type {Settings} from '../config/settings.ts'
import {ImmError} from '../errors.ts'
import type {Application, AppSpec} from '../lifecycle/services/spec.ts'
import type {Project, ReadProject} from '../lifecycle/world.ts'
import {slug} from '../release/names.ts'
import type {AppFiles} from '../secrets/files.ts'
import {claimProject, type Claim} from '../state/projects.ts'
import {loadApplication, type LoadedApplication} from './application.ts'
import {failureOf, projectOfAttempt, settingsOf} from './attempt.ts'
import {devApp, type History, type RunningApp} from './dev-app.ts'
import type {DevRun} from './dev.ts'
import {aborted, endAfter} from './end-after.ts'
import {frontApp} from './front-app.ts'
import {heldBack} from './held-back.ts'
import {jointApps} from './joint-apps.ts'
import {keptProxy} from './kept-proxy.ts'
import {meetingOf} from './meeting.ts'
import {openApplication, type OpenApplication} from './open-application.ts'
import {projectOf} from './project.ts'

/** The application that a project's Compose file describes, with the name that the project has; undefined where it is one app. */
export const claimApplication = async (
  {options: {directory, environment, flags, files, profiles}, paths, isTaken, attempt}: DevRun,
  signal: AbortSignal,
): Promise<(LoadedApplication & {claim: Claim}) | undefined> => {
  let claim: Claim | undefined
  const loaded = await loadApplication(
    {
      directory,
      files,
      profiles,
      flags,
      environment: {...process.env, ...attempt?.variables},
      async identify(project) {
        if (attempt) {
          claim = {slug: project, renamed: false}
          return {project, environment}
        }
        claim = await claimProject({home: paths.home, slug: project, directory, signal, isTaken})
        return {project: claim.slug, environment: slug(environment)}
      },
    },
    signal,
  )
  return loaded && claim && {...loaded, claim}
}

/** `imm dev` of a whole application: each app has its own releases; what they share is there before, and goes after them. */
export const devApplication = async (
  run: DevRun,
  {id, application, together, warnings, claim}: LoadedApplication & {claim: Claim},
  signal: AbortSignal,
): Promise<void> => {
  const {options, paths, engine, quit, hurry, attempt} = run
  const {directory} = options
  const over = new AbortController()
  const inner = AbortSignal.any([signal, over.signal])
  await using proxy = keptProxy(paths, id, hurry)
  const {apps} = application
  const front = frontApp(apps)
  const held = meetingOf(apps.map(({name}) => name))
  const tried = meetingOf(apps.map(({name}) => name))
  const running = new Map<string, RunningApp>()
  const rollbackOrder: string[] = []
  const ofServices = heldBack(options.listener)
  let history: History | undefined
  const joint = together ? jointApps(id, apps, async () => proxy.open(() => undefined), running, inner) : undefined

  // Opened once every app is held: two that run the environment must not both start its services.
  let opening: Promise<OpenApplication> | undefined
  const begin = async (): Promise<OpenApplication> => {
    await attempt?.prepare(id, application, inner)
    return openApplication(
      {
        id,
        application,
        engine,
        paths,
        directory,
        listener: ofServices.listener,
        history,
        ref: attempt?.ref,
        onBug: (error) => over.abort(error),
      },
      inner,
    )
  }
  const open = async (): Promise<OpenApplication> => (opening ??= begin())

  // Where an app's containers carry its name themselves, one that is paused would still be asked.
  const unpaused = (settings: Settings): Settings =>
    engine.facts.reach === 'address' ? settings : {...settings, keep: {...settings.keep, warm: 0}}
  const projectNow = async (
    {settings}: AppSpec,
    now: Application,
    files: AppFiles,
    within: AbortSignal,
    before?: Project,
  ): Promise<Project> => {
    const all = {files: [...now.files], warnings: []}
    if (!attempt)
      return projectOf({...all, settings: await files.withDigests(unpaused(settings), within)}, options, before)
    return projectOfAttempt(
      {...all, settings: await files.withDigests(settingsOf(settings, attempt), within)},
      options,
      attempt,
    )
  }
  const read =
    (name: string) =>
    (files: AppFiles): ReadProject =>
    async (before, within) => {
      const now = await loadApplication(
        {directory, files: options.files, profiles: options.profiles, flags: options.flags, identify: () => id},
        within,
      )
      const spec = now?.application.apps.find((one) => one.name === name)
      if (!now || !spec || !before) {
        ;(await open()).warn(
          `${name} is not built any more by the Compose file: it goes on as it was until imm dev is started again`,
        )
        return before as Project
      }
      if (now.together !== together)
        (await open()).warn(`flip: ${together ? 'each' : 'together'} holds once imm dev is started again`)
      await (await open()).update(now.application, within)
      return projectNow(spec, now.application, files, within, before)
    }

  const onReady = (name: string) => (app: RunningApp) => {
    running.set(name, app)
    if (running.size === apps.length) allReady()
  }
  const allReady = (): void => {
    const inOrder = [...running.values()].toSorted((a, b) => Number(isFront(b)) - Number(isFront(a)))
    const last = () => running.get(rollbackOrder.at(-1) ?? '') ?? inOrder[0]
    options.onReady({
      project: id.project,
      url: inOrder.find(({url}) => url !== undefined)?.url,
      apps: inOrder,
      engine: engine.facts,
      directory,
      renamedFrom: claim.renamed ? (claim.claimedBy ?? 'another user of this engine') : undefined,
      notes: application.notes.map(({key, reason}) => `${key}: ${reason}`),
      release: () => inOrder.forEach((one) => one.release()),
      rollback: async () => {
        const app = last()
        if (!app) throw new ImmError('NOTHING_LIVE', 'nothing is built here, so there is nothing to roll back')
        return app.rollback()
      },
      quit,
    })
    ofServices.release()
  }
  const isFront = ({id: {app}}: RunningApp) => app === front?.app

  const servicesAlone = async (): Promise<void> => {
    const shared = await open()
    allReady()
    if (!attempt) return aborted(inner)
    const failure = await shared.settled(inner)
    if (failure) throw failure
  }
  const ended = new Map(apps.map(({name}) => [name, Promise.withResolvers<void>()]))
  const runs = apps.map(async (spec): Promise<void> => {
    const dependents = apps.filter(({dependsOn}) => dependsOn.some(({name}) => name === spec.name))
    const others = dependents.flatMap(({name}) => ended.get(name)?.promise ?? [])
    const ending = endAfter(others, inner, hurry)
    try {
      await devApp(
        {
          id: {...id, app: spec.app},
          openProject: async (files, within) => projectNow(spec, application, files, within),
          readProject: read(spec.name),
          directory,
          paths,
          engine,
          async settle(emit, ledger) {
            // What becomes of the services is kept once.
            if (spec === apps[0]) history = ledger
            await held.arrive(spec.name, inner)
            const shared = await open()
            const client = await proxy.open(emit)
            if (spec === apps[0]) for (const message of warnings) emit({type: 'warning', message})
            return {
              proxy: client,
              addressing: {
                ...shared.addressing(spec),
                inFront: spec === front,
                ownPort: spec === front ? options.ownPort : undefined,
                ...(together ? {together} : {}),
              },
              together: joint?.get(spec.name),
              surroundings: shared.surroundings(spec),
            }
          },
          listener(event) {
            if (event.type === 'live') {
              void opening?.then((shared) => shared.live(spec.name))
              if (event.cause === 'change') rollbackOrder.push(spec.name)
            }
            options.listener(event)
          },
          onReady: onReady(spec.name),
          quit,
          attempt: attempt && {
            ...attempt,
            async onOver(how) {
              attempt.onOver({...id, app: spec.app}, how)
              const shared = await open()
              const failure = failureOf(how)
              if (failure) shared.failed(spec.name, failure)
              await tried.arrive(spec.name, inner)
              // Services that no app waits for must be there, too.
              await shared.settled(inner)
            },
          },
        },
        ending,
        hurry,
      )
    } catch (error) {
      over.abort(error)
      throw error
    } finally {
      ended.get(spec.name)?.resolve()
    }
  })
  if (apps.length === 0) runs.push(servicesAlone())
  const ends = await Promise.allSettled(runs)
  ofServices.release()
  const shared = await opening?.catch(() => undefined)
  await (attempt ? shared?.leave() : shared?.close(hurry))
  const failure = ends.find((end) => end.status === 'rejected')
  if (over.signal.aborted) throw over.signal.reason
  if (failure) throw failure.reason
}
