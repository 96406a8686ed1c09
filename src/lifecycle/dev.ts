import {announcer} from './announce.ts'
import {createBackground} from './background.ts'
import {openEnvironment} from './environment.ts'
import type {Emit, LiveCause} from './events.ts'
import {leave} from './leave.ts'
import {followLogs} from './logs.ts'
import {createLoop, type Loop} from './loop.ts'
import {once, type Ended, type Once} from './once.ts'
import {quit} from './quit.ts'
import type {Run} from './run.ts'
import {Stopped} from './stopped.ts'
import {watchDrift} from './watch-drift.ts'
import {watchEngine, watchSource} from './watch.ts'
import type {Project, ReadProject, World} from './world.ts'

export interface DevRequest {
  world: Omit<World, 'emit' | 'background'>
  project: Project
  readProject: ReadProject
  emit: Emit
  /** ends `imm dev` in good order */
  signal: AbortSignal
  /** ends what ends slowly */
  hurry: AbortSignal
  /** called once it runs */
  onReady: (at: Run, loop: Loop) => void
  /** undefined: until the signal aborts, and then everything is retired */
  oneAttempt?: OneAttempt | undefined
}

/** Only what the source is now is released; then what has the traffic is left to run. */
export interface OneAttempt {
  onOver: (ended: Ended) => Promise<void>
}

/**
 * `imm dev`: takes the environment over, releases every change, replaces what dies, and retires everything when it is told to end. With
 * `oneAttempt` it ends by itself, and leaves what has the traffic.
 */
export const dev = async ({
  project,
  readProject,
  emit: tell,
  signal,
  hurry,
  onReady,
  oneAttempt,
  ...request
}: DevRequest): Promise<void> => {
  const over = new AbortController()
  const inner = AbortSignal.any([signal, over.signal])
  const bug = Promise.withResolvers<never>()
  let at: Run | undefined
  let attempt: Once | undefined
  const emit: Emit = (happening) => {
    tell(happening)
    announce(happening)
    attempt?.heard(happening)
    world.together?.heard(happening)
  }
  const background = createBackground(emit, bug.reject)
  const world: World = {...request.world, emit, background}
  const announce = announcer(world, () => at?.standing)

  const unread = new AbortController()
  const opened = await openEnvironment(project, world, AbortSignal.any([hurry, unread.signal]), inner)
  at = opened.at
  attempt = oneAttempt && once(at)
  at.onTrusted = () => attempt?.trusted()
  const loop = createLoop(project, readProject, at, inner)
  const here = at
  const ended = await failureOf(async () => {
    onReady(here, loop)
    welcomeBack(here)
    const watching = [
      watchSource(loop, inner),
      watchEngine(loop, opened.exits, here, inner),
      watchDrift(loop, here, inner),
    ]
    const tried = attempt?.over.then(async (how) => oneAttempt?.onOver(how))
    // What a rollback pinned holds until something newer is asked for, and this is it.
    if (attempt && here.pinning.pin) await loop.unpin()
    else loop.start()
    await Promise.race([bug.promise, Promise.all(watching), stopped(inner), ...(tried ? [tried] : [])])
  })
  over.abort(new Stopped({kind: 'quit'}))
  await using last = new AsyncDisposableStack()
  last.use(loop.watched.source)
  const left = await failureOf(async () => (attempt ? leave(here) : quit(here)))
  // What is left to run goes on printing.
  if (attempt) unread.abort()
  // Where that failed there may be containers left, whose logs never end: they are not waited for.
  if (!left) await background.idle()
  // The first cause wins: an engine that is gone fails the end as well.
  const first = ended ?? left
  if (first) throw first.error
}

const failureOf = async (work: () => Promise<void>): Promise<{error: Error} | undefined> =>
  work().then(
    () => undefined,
    (error: Error) => ({error}),
  )

/** What was found running goes on serving, and its log is followed from now on. */
const welcomeBack = ({world, standing, atOnce, url}: Run): void => {
  const {live} = standing
  if (!live) return
  followLogs(live, world, atOnce, world.clock.now())
  const cause: LiveCause = 'adopted'
  const timings = {detect: 0, snapshot: 0, build: 0, launch: 0, verify: 0, flip: 0, total: 0}
  world.emit({type: 'live', release: live.release, previous: undefined, image: live.image.id, url, cause, timings})
}

const stopped = async (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), {once: true})
  })
