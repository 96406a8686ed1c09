import type {LifecycleEvent} from '../../src/lifecycle/events.ts'
import {ensureBaseImage} from '../setup/base-image.ts'
import type {Endpoint} from '../setup/endpoint.ts'
import {ensureEngine} from '../setup/engine.ts'
import {startDev, type DevProcess} from './dev-process.ts'
import {openEditor} from './edits.ts'
import {imm} from './imm.ts'
import {leftOver} from './left-over.ts'
import {liveLine, narrator, rejectedLines, type Live} from './narrate.ts'
import {playOn} from './play-on.ts'
import {steadyPort} from './port.ts'
import {tellStory} from './story.ts'
import {strayAnswers, summaryLines} from './summary.ts'
import {startTraffic} from './traffic.ts'
import {createWorkspace, type Workspace} from './workspace.ts'

export interface DemoOptions {
  /** go on after the story, until the signal aborts */
  keep: boolean
  signal: AbortSignal
}

const firstLiveTimeoutMs = 180_000
const cleanUpTimeoutMs = 60_000

/** True when all came as it should: no failed request, no stray answer, nothing left over. */
export const demo = async ({keep, signal}: DemoOptions): Promise<boolean> => {
  const told = narrator((line) => console.log(line))
  const context = {signal, say: (line: string) => console.log(`imm: ${line}`)}
  const engine = await ensureEngine(context)
  const baseImage = await ensureBaseImage(engine, 'node', context)

  await using stack = new AsyncDisposableStack()
  const workspace = await createWorkspace({baseImage, engineUrl: engine.url, proxyPort: keep ? await steadyPort() : 0})
  stack.use(workspace)
  const remains: string[] = []
  stack.defer(async () => void remains.push(...(await cleanUp(workspace, engine))))

  told.say(`imm dev in a copy of fixtures/node-hello: ${workspace.project}`)
  const dev = startDev(workspace, () => {})
  stack.use(dev)
  const first = (await dev.until(({type}) => type === 'live' || type === 'rejected', 0, firstLiveTimeoutMs, signal)) as
    | Live
    | Extract<LifecycleEvent, {type: 'rejected'}>
  if (first.type === 'rejected') {
    for (const line of rejectedLines(first)) told.say(line)
    return false
  }
  told.say(`${liveLine(first)} at ${first.url}`)
  told.say('from now on: 100 requests per second, on kept and on new connections')

  const traffic = startTraffic(first.url)
  stack.use(traffic)
  const editor = await openEditor(workspace.project)
  const outcome = await tellStory({workspace, dev, traffic, editor, first, narrator: told, signal})
  if (keep) await playOn({workspace, dev, first, told, signal})
  await traffic[Symbol.asyncDispose]()
  const report = traffic.report()
  const live = dev.events.filter((event) => event.type === 'live').map(({release}) => release)
  const strays = strayAnswers(report.answers, live)
  await stack.disposeAsync()

  console.log('')
  for (const line of summaryLines({...report, ...outcome, live, ...counts(dev)})) console.log(line)
  for (const problem of [...report.failures, ...strays, ...remains.map((name) => `left over: ${name}`)])
    console.log(`   ${problem}`)
  return report.failed === 0 && strays.length === 0 && remains.length === 0
}

const counts = ({events}: DevProcess) => ({
  rejected: events.filter(({type}) => type === 'rejected').length,
  superseded: events.filter(({type}) => type === 'superseded').length,
})

/** `imm down` of this project alone: `--all` would take down what else the user runs. Resolves with what is there all the same. */
const cleanUp = async (workspace: Workspace, engine: Endpoint): Promise<string[]> => {
  const late = AbortSignal.timeout(cleanUpTimeoutMs)
  for (const args of [
    ['down', '--volumes'],
    ['proxy', 'stop'],
  ])
    await imm(args, workspace, late).catch((error: unknown) => console.error(`imm: ${String(error)}`))
  return leftOver(engine, workspace.name, late)
}
