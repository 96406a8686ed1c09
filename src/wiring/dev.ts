import {hostGates} from '../gates/host-gates.ts'
import {dev} from '../lifecycle/dev.ts'
import type {Happening, LifecycleEvent} from '../lifecycle/events.ts'
import type {Loop} from '../lifecycle/loop.ts'
import type {EngineFacts} from '../lifecycle/ports.ts'
import type {Wanted} from '../lifecycle/rollback.ts'
import {ask, takingOver} from '../lifecycle/rollout/ask.ts'
import type {Run} from '../lifecycle/run.ts'
import {Stopped} from '../lifecycle/stopped.ts'
import {keepProxy} from '../proxy/client.ts'
import {probe} from '../proxy/probe.ts'
import type {AppId, ReleaseName} from '../release/identity.ts'
import {holdEnvironment} from '../session/hold.ts'
import type {Rejection} from '../session/session.ts'
import {statePaths} from '../state/paths.ts'
import {recordsOf} from '../state/records.ts'
import {addressedTraffic} from './addressing.ts'
import {systemClock} from './clock.ts'
import {openEngine} from './engine.ts'
import {openFiles} from './files.ts'
import {identify, type Where} from './identify.ts'
import {openLedger} from './ledger.ts'
import {keepMemorySmall} from './memory.ts'
import {numbersOf} from './numbers.ts'
import {projectOf, projectReader} from './project.ts'

export interface DevOptions extends Where {
  /** a port of its own on loopback, beside the shared one */
  ownPort: number | undefined
  listener: (event: LifecycleEvent) => void
  onReady: (running: RunningDev) => void
}

/** What the keys of `imm dev` can do. */
export interface RunningDev {
  id: AppId
  url: string
  /** all addresses, that one first */
  urls: readonly string[]
  engine: EngineFacts
  directory: string
  /** where another project has the name */
  renamedFrom: string | undefined
  release(): void
  rollback(): Promise<ReleaseName>
  quit(): void
}

/** Runs `imm dev` until the signal aborts, or `quit` is asked for. */
export const runDev = async (options: DevOptions, signal: AbortSignal, hurry: AbortSignal): Promise<void> => {
  keepMemorySmall()
  const paths = statePaths()
  const over = new AbortController()
  const inner = AbortSignal.any([signal, over.signal])
  const quit = () => over.abort(new Stopped({kind: 'quit'}))
  const startedAt = new Date().toISOString()

  const {engine, isTaken} = await openEngine(paths, inner)
  const {id, loaded: read, claim} = await identify(options, paths, inner, isTaken)
  await using held = await holdEnvironment(paths.runtime, id, inner)
  const tell = (happening: Happening) => options.listener({...happening, ...id, time: new Date().toISOString()})
  // Written before the environment is given up, so that the next to hold it finds how this one ended.
  await using ledger = await openLedger(id, paths, (message) => tell({type: 'warning', message}), inner)
  const files = openFiles({
    id,
    paths,
    directory: options.directory,
    engine,
    note: (message) => tell({type: 'warning', message}),
    onSecret: (name, content) => ledger.hides(name, content),
  })
  const loaded = {...read, settings: await files.withDigests(read.settings, inner)}
  ledger.knows(loaded.settings)
  let rejected: Rejection | undefined
  const emit = (happening: Happening) => {
    if (happening.type === 'rejected') rejected = happening
    else if (happening.type === 'reverted') rejected = revertedOf(happening)
    else if (happening.type === 'live' && happening.cause !== 'replace') rejected = undefined
    else if (happening.type === 'unchanged' && happening.state === 'live') rejected = undefined
    ledger.listen(happening)
    tell(happening)
  }
  // Kept until everything is retired: a proxy that dies while requests are drained would lose them.
  await using proxy = await keepProxy({
    paths,
    signal: hurry,
    onRestart: () => emit({type: 'warning', message: 'the proxy had died; it is back with its routes'}),
    onStop: () =>
      emit({
        type: 'warning',
        message: `the proxy was stopped: ${id.project}/${id.environment} is unreachable until its next release or \`imm proxy restart\``,
      }),
    onFailure: ({message, next}) => emit({type: 'warning', message: `${message} (${next})`}),
  })
  const readProject = projectReader(options, files)
  const numbers = await numbersOf(id, paths.home, engine, inner)
  const addressed = addressedTraffic(proxy, id, loaded.settings, options.ownPort, (message) =>
    emit({type: 'warning', message}),
  )
  for (const message of loaded.warnings) emit({type: 'warning', message})

  const onReady = (at: Run, loop: Loop): void => {
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
      state: () => ({...id, pid: process.pid, directory: options.directory, startedAt, url: at.url, ...state()}),
      rollback,
      unpin: async () => loop.unpin(),
      decide: async (decision) => ask(decision, at.standing),
      touched: (touched) => emit({type: 'touched', ...touched}),
      quit,
    })
    options.onReady({
      id,
      url: at.url,
      urls: addressed.urls,
      engine: engine.facts,
      directory: options.directory,
      renamedFrom: claim.renamed ? (claim.claimedBy ?? 'another user of this engine') : undefined,
      release: () => loop.trigger({again: true}),
      rollback: async () => (await rollback()).release,
      quit,
    })
  }
  await dev({
    world: {
      id,
      engine,
      traffic: addressed.traffic,
      probe,
      gates: hostGates(options.directory),
      clock: systemClock,
      numbers,
      records: recordsOf(paths.home, id),
      files,
    },
    project: projectOf(loaded, options),
    readProject: async (before, within) => {
      const project = await readProject(before, within)
      ledger.knows(project.settings)
      await addressed.readdress(project.settings, within)
      return project
    },
    emit,
    signal: inner,
    hurry,
    onReady,
  })
}

const revertedOf = ({release, to, evidence}: Extract<Happening, {type: 'reverted'}>): Rejection => ({
  release,
  stage: 'guard',
  code: 'REVERTED',
  message: `${release} was reverted: ${evidence.map(({words}) => words).join('; ')}; ${to} has the traffic again`,
})

const rejectionOf = ({release, stage, code, message}: Rejection): Rejection => ({release, stage, code, message})
