import {ImmBug} from '../errors.ts'
import {hostGates} from '../gates/host-gates.ts'
import {createBackground} from '../lifecycle/background.ts'
import type {Happening} from '../lifecycle/events.ts'
import type {World} from '../lifecycle/world.ts'
import {directCall, type ProxyLink} from '../proxy/link.ts'
import {probe} from '../proxy/probe.ts'
import {createSplits} from '../proxy/traffic-group.ts'
import {proxyTraffic} from '../proxy/traffic.ts'
import {watchTroubles} from '../proxy/watch-lines.ts'
import type {AppId} from '../release/identity.ts'
import {hostsOf} from '../release/names.ts'
import type {StatePaths} from '../state/paths.ts'
import {readPreview} from '../state/previews.ts'
import {directoryOfProject} from '../state/projects.ts'
import {recordsOf} from '../state/records.ts'
import {systemClock} from './clock.ts'
import {openEngine} from './engine.ts'
import {openFiles} from './files.ts'
import {keeperText} from './keeper-text.ts'
import {keptSurroundings} from './kept-surroundings.ts'
import {openLedger} from './ledger.ts'
import {numbersOf} from './numbers.ts'
import {placeIn} from './preview/places.ts'

/** Does something for an app that no imm looks after, in the process of the proxy; what it began in the background is waited for. */
export const inKeptWorld = async <T>(
  id: AppId,
  paths: StatePaths,
  log: (text: string) => void,
  use: (world: World) => Promise<T>,
  signal: AbortSignal,
): Promise<T> => {
  const {engine} = await openEngine(paths, signal)
  await using ledger = await openLedger(id, paths, log, signal)
  const emit = (happening: Happening): void => {
    ledger.listen(happening)
    const text = keeperText(happening)
    if (text !== undefined) log(text)
  }
  const preview = await readPreview(paths.home, id)
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
    ref: preview?.ref,
    surroundings: await keptSurroundings(id, paths),
    files: openFiles({
      id,
      paths,
      // Commands run in the project, as they do in `imm dev`.
      directory:
        (preview && placeIn(preview.directory, preview.subdirectory)) ??
        (await directoryOfProject(paths.home, id.project, signal)) ??
        paths.home,
      engine,
      note: log,
      onSecret: (name, content) => ledger.hides(name, content),
    }),
    emit,
    background,
  }
  try {
    return await Promise.race([use(world), bug.promise])
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
