import {hostGates} from '../gates/host-gates.ts'
import {dev, type OneAttempt} from '../lifecycle/dev.ts'
import type {Happening, LifecycleEvent} from '../lifecycle/events.ts'
import type {Loop} from '../lifecycle/loop.ts'
import type {Engine} from '../lifecycle/ports.ts'
import type {Wanted} from '../lifecycle/rollback.ts'
import {ask, takingOver} from '../lifecycle/rollout/ask.ts'
import type {Run} from '../lifecycle/run.ts'
import type {Together} from '../lifecycle/together.ts'
import type {Project, ReadProject, Surroundings} from '../lifecycle/world.ts'
import type {ProxyClient} from '../proxy/client.ts'
import {probe} from '../proxy/probe.ts'
import type {AppId, ReleaseName} from '../release/identity.ts'
import type {AppFiles} from '../secrets/files.ts'
import {holdEnvironment} from '../session/hold.ts'
import type {Rejection} from '../session/session.ts'
import type {StatePaths} from '../state/paths.ts'
import {recordsOf} from '../state/records.ts'
import {addressedTraffic, type Addressing} from './addressing.ts'
import type {Attempt} from './attempt.ts'
import {systemClock} from './clock.ts'
import {openFiles} from './files.ts'
import {openLedger, type OpenLedger} from './ledger.ts'
import {numbersOf} from './numbers.ts'

/** One app that `imm dev` looks after. */
export interface DevApp {
  id: AppId
  /** the project as it is when imm begins */
  openProject: (files: AppFiles, signal: AbortSignal) => Promise<Project>
  readProject: (files: AppFiles) => ReadProject
  directory: string
  paths: StatePaths
  engine: Engine
  /** what it needs of others, asked once it holds its environment: two that run it must not both start them */
  settle: (emit: (happening: Happening) => void, history: History) => Promise<Settled>
  listener: (event: LifecycleEvent) => void
  onReady: (running: RunningApp) => void
  /** ends `imm dev` as a whole */
  quit: () => void
  /** of a preview: one attempt is all, and what is live is left to run */
  attempt?: (Pick<Attempt, 'ref' | 'login'> & OneAttempt) | undefined
}

/** The app's history, for what is told beside it. */
export type History = Pick<OpenLedger, 'listen' | 'learns' | 'hides'>

export interface Settled {
  proxy: ProxyClient
  addressing: Addressing
  surroundings?: Surroundings | undefined
  together?: Together | undefined
}

/** What other commands, and keys, can do with it. */
export interface RunningApp {
  id: AppId
  /** undefined: it is reached by nobody */
  url: string | undefined
  /** all addresses, that one first */
  urls: readonly string[]
  release(): void
  rollback(wanted?: Wanted): Promise<ReleaseName>
  /** Looks at it again, and releases what is new. */
  retry(): void
  /** files of it change at this moment */
  settling(): boolean
}

/** Looks after one app until the signal aborts. */
export const devApp = async (app: DevApp, signal: AbortSignal, hurry: AbortSignal): Promise<void> => {
  const {id, paths, engine, directory, quit} = app
  const startedAt = new Date().toISOString()
  await using held = await holdEnvironment(paths.runtime, id, signal)
  const tell = (happening: Happening) => app.listener({...happening, ...id, time: new Date().toISOString()})
  // Written before the environment is given up, so that the next to hold it finds how this one ended.
  await using ledger = await openLedger(id, paths, (message) => tell({type: 'warning', message}), signal)
  const files = openFiles({
    id,
    paths,
    directory,
    engine,
    note: (message) => tell({type: 'warning', message}),
    onSecret: (name, content) => ledger.hides(name, content),
  })
  const first = await app.openProject(files, signal)
  const readProject = app.readProject(files)
  ledger.knows(first.settings)
  let rejected: Rejection | undefined
  const emit = (happening: Happening) => {
    rejected = rejectedAfter(happening, rejected)
    ledger.listen(happening)
    tell(happening)
    if (happening.type === 'live') heard?.()
  }
  let heard: (() => void) | undefined
  const {proxy, addressing, surroundings, together} = await app.settle(emit, ledger)
  const numbers = await numbersOf(id, paths.home, engine, signal)
  const warn = (message: string) => emit({type: 'warning', message})
  const addressed = addressedTraffic(proxy, id, first.settings, {...addressing, login: app.attempt?.login}, warn)

  const onReady = (at: Run, loop: Loop): void => {
    heard = () => {
      const port = at.standing.live?.port
      if (port !== undefined) at.world.background.add(addressed.listensOn(port, signal))
    }
    const rollback = async (wanted?: Wanted) => {
      const {member, notes} = await loop.rollback(wanted)
      return {release: member.release, notes}
    }
    const state = () => ({
      live: at.standing.live?.release,
      pinned: at.pinning.pin?.release,
      budgetBytes: at.standing.live?.settings.keep.diskBytes,
      underWay: loop.underWay,
      takingOver: takingOver(at.standing),
      rejected: rejected && rejectionOf(rejected),
    })
    held.offer({
      state: () => ({...id, pid: process.pid, directory, startedAt, url: at.url || undefined, ...state()}),
      rollback,
      unpin: async () => loop.unpin(),
      decide: async (decision) => ask(decision, at.standing),
      touched: (touched) => emit({type: 'touched', ...touched}),
      quit,
    })
    app.onReady({
      id,
      url: at.url || undefined,
      urls: addressed.urls,
      release: () => loop.trigger({again: true}),
      rollback: async (wanted) => (await rollback(wanted)).release,
      retry: () => loop.trigger({}),
      settling: () => loop.watched.source.settling?.() ?? false,
    })
  }
  await dev({
    world: {
      id,
      engine,
      traffic: addressed.traffic,
      probe,
      gates: hostGates(directory),
      clock: systemClock,
      numbers,
      records: recordsOf(paths.home, id),
      files,
      surroundings,
      together,
      ref: app.attempt?.ref,
    },
    project: first,
    readProject: async (before, within) => {
      const project = await readProject(before, within)
      ledger.knows(project.settings)
      await addressed.readdress(project.settings, within)
      // The Compose file may publish other ports now, and make no new release.
      heard?.()
      return project
    },
    emit,
    signal,
    hurry,
    onReady,
    oneAttempt: app.attempt,
  })
}

/** The last attempt, where it is not what runs. */
const rejectedAfter = (happening: Happening, before: Rejection | undefined): Rejection | undefined => {
  if (happening.type === 'rejected') return happening
  if (happening.type === 'reverted') return revertedOf(happening)
  if (happening.type === 'live') return happening.cause === 'replace' ? before : undefined
  return happening.type === 'unchanged' && happening.state === 'live' ? undefined : before
}

const revertedOf = ({release, to, evidence}: Extract<Happening, {type: 'reverted'}>): Rejection => ({
  release,
  stage: 'guard',
  code: 'REVERTED',
  message: `${release} was reverted: ${evidence.map(({words}) => words).join('; ')}; ${to} has the traffic again`,
})

const rejectionOf = ({release, stage, code, message}: Rejection): Rejection => ({release, stage, code, message})
