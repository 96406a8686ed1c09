import {ImmBug, isImmError} from '../errors.ts'
import {hostGates} from '../gates/host-gates.ts'
import {createBackground} from '../lifecycle/background.ts'
import type {Happening} from '../lifecycle/events.ts'
import {keep} from '../lifecycle/keep.ts'
import {directCall, type ProxyLink} from '../proxy/link.ts'
import {probe} from '../proxy/probe.ts'
import {createSplits} from '../proxy/traffic-group.ts'
import {proxyTraffic} from '../proxy/traffic.ts'
import {watchTroubles} from '../proxy/watch-lines.ts'
import type {AppId} from '../release/identity.ts'
import {hostsOf} from '../release/names.ts'
import type {StatePaths} from '../state/paths.ts'
import {directoryOfProject} from '../state/projects.ts'
import {recordsOf} from '../state/records.ts'
import {systemClock} from './clock.ts'
import {openEngine} from './engine.ts'
import {openFiles} from './files.ts'
import {keeperText} from './keeper-text.ts'
import {keptSettings} from './kept-settings.ts'
import {keptSurroundings} from './kept-surroundings.ts'
import {openLedger} from './ledger.ts'
import {numbersOf} from './numbers.ts'

const firstPauseMs = 250
const longestPauseMs = 10_000

/** Keeps what has the traffic of an environment alive, from here until the signal aborts. An engine that is not there is waited for. */
export const keepApp = async (
  id: AppId,
  paths: StatePaths,
  log: (text: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  let said = ''
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await keepOnce(id, paths, log, signal)
    } catch (error) {
      if (signal.aborted) return
      if (!isImmError(error)) throw error
      if (error.message !== said) log(`${error.message} (${error.next})`)
      said = error.message
    }
    await systemClock.sleep(pauseMs, signal).catch(() => undefined)
  }
}

const keepOnce = async (
  id: AppId,
  paths: StatePaths,
  log: (text: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  const {engine} = await openEngine(paths, signal)
  await using ledger = await openLedger(id, paths, log, signal)
  const emit = (happening: Happening): void => {
    ledger.listen(happening)
    const text = keeperText(happening)
    if (text !== undefined) log(text)
  }
  const bug = Promise.withResolvers<never>()
  const background = createBackground(emit, bug.reject)
  const world = {
    id,
    engine,
    traffic: proxyTraffic(thisProxy(paths), {...id, hosts: hostsOf(id), port: undefined}),
    probe,
    gates: hostGates(paths.home),
    clock: systemClock,
    numbers: await numbersOf(id, paths.home, engine, signal),
    records: recordsOf(paths.home, id),
    surroundings: await keptSurroundings(id, paths),
    files: openFiles({
      id,
      paths,
      // Commands run in the project, as they do in `imm dev`.
      directory: (await directoryOfProject(paths.home, id.project, signal)) ?? paths.home,
      engine,
      note: log,
      onSecret: (name, content) => ledger.hides(name, content),
    }),
    emit,
    background,
  }
  try {
    const found = await Promise.race([keep(keptSettings(id), world, signal), bug.promise])
    if (!found) log('not kept: the engine has nothing of what is live')
  } finally {
    await background.idle()
  }
}

/** It is of this process: where it doesn't answer it is about to end, and none must be started in its place. */
const thisProxy = (paths: StatePaths): ProxyLink => ({
  call: directCall(paths),
  restart: async () => Promise.reject(new ImmBug('the keeper starts no proxy')),
  onRestart: () => () => undefined,
  splits: createSplits(),
  troubles: (signal) => watchTroubles(paths, signal),
})
