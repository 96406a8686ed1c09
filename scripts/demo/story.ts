import type {LifecycleEvent} from '../../src/lifecycle/events.ts'
import {DevProblem, type DevProcess} from './dev-process.ts'
import {followDownload} from './download.ts'
import {impatientSeconds, type Editor} from './edits.ts'
import {imm} from './imm.ts'
import {liveLine, rejectedLines, type Live, type Narrator, type Rejected} from './narrate.ts'
import type {Traffic} from './traffic.ts'
import type {Workspace} from './workspace.ts'

export interface Stage {
  workspace: Workspace
  dev: DevProcess
  traffic: Traffic
  editor: Editor
  first: Live
  narrator: Narrator
  signal: AbortSignal
}

export interface Outcome {
  /** of each good save */
  saveToLiveMs: readonly number[]
  rollbackMs: number
}

const stepTimeoutMs = 60_000

const isLive = (event: LifecycleEvent): event is Live => event.type === 'live'
const isRejected = (event: LifecycleEvent): event is Rejected => event.type === 'rejected'

/** Six saves and a rollback, each with what has to come of it. Rejects with a DevProblem where something else comes. */
export const tellStory = async (stage: Stage): Promise<Outcome> => {
  const {workspace, dev, traffic, editor, first, narrator, signal} = stage
  const saveToLiveMs: number[] = []

  /** Saves, and waits for the first event that settles it. */
  const settle = async (save: () => Promise<void>): Promise<Live | Rejected> => {
    const from = dev.events.length
    await save()
    return (await dev.until((event) => isLive(event) || isRejected(event), from, stepTimeoutMs, signal)) as
      | Live
      | Rejected
  }
  const goesLive = async (save: () => Promise<void>): Promise<Live> => {
    const event = await settle(save)
    if (!isLive(event)) throw new DevProblem(`expected a live release; ${rejectedLines(event).join('\n')}`)
    await traffic.firstAnswer(event.release, AbortSignal.any([signal, AbortSignal.timeout(stepTimeoutMs)]))
    narrator.say(liveLine(event))
    saveToLiveMs.push(event.timings.total)
    return event
  }
  /** As goesLive; a release of an earlier one of the saves may go live before. */
  const lastWins = async (text: string, save: () => Promise<void>): Promise<Live> => {
    const from = dev.events.length
    for (let live = await goesLive(save); ; live = await goesLive(async () => {})) {
      if (traffic.report().answers.get(live.release)?.has(`${text}\n`) !== true) continue
      const since = dev.events.slice(from)
      const wentLive = new Set(since.filter(isLive).map(({release}) => release))
      // Begun and not live: it has been superseded, which is told once it is cleared away.
      const begun = new Set(since.flatMap((event) => (event.type === 'release' ? [event.release] : [])))
      const superseded = begun.difference(wentLive).size
      narrator.say(`it answers "${text}"; superseded before it had traffic: ${superseded}`)
      return live
    }
  }
  const isRefused = async (at: Rejected['stage'], save: () => Promise<void>): Promise<void> => {
    const before = traffic.report().served
    const event = await settle(save)
    if (isLive(event)) throw new DevProblem(`${event.release} went live, and should have been rejected at ${at}`)
    for (const line of rejectedLines(event)) narrator.say(line)
    if (event.stage !== at) throw new DevProblem(`expected a rejection at ${at}`)
    narrator.say(`meanwhile the live release served ${traffic.report().served - before} requests`)
  }

  narrator.step(1, 'Save a change that everybody sees')
  const download = followDownload(first.url, signal)
  await download.begun
  await goesLive(() => editor.greet('hello, version 2'))

  narrator.step(2, 'Break the build: a RUN that fails')
  await isRefused('build', () => editor.breakBuild())

  narrator.step(3, 'Repair the Dockerfile, and crash on boot')
  await isRefused('verify', () => editor.crashOnBoot())

  narrator.step(4, `Boot, but never become healthy (/health answers 500; given up after ${impatientSeconds} s)`)
  await isRefused('verify', () => editor.neverHealthy())

  narrator.step(5, 'Repair it')
  await goesLive(() => editor.repair('hello, version 3'))

  narrator.step(6, 'Save, and save again while that is still on its way: the last one counts')
  const last = await lastWins('hello, version 5', async () => {
    const from = dev.events.length
    await editor.greet('hello, version 4')
    await dev.until((event) => event.type === 'stage' && event.stage === 'launch', from, stepTimeoutMs, signal)
    await editor.greet('hello, version 5')
  })

  const {release, parts} = await download.done
  if (release !== first.release || parts !== 50)
    throw new DevProblem(`the download of ${first.release} came from ${release}, with ${parts} of 50 parts`)
  narrator.say(`the download that was begun before step 1 came whole from ${release}`)

  narrator.step(7, 'imm rollback')
  const from = dev.events.length
  const started = performance.now()
  await imm(['rollback'], workspace, signal)
  const commandMs = performance.now() - started
  const back = (await dev.until(isLive, from, stepTimeoutMs, signal)) as Live
  if (back.release !== last.previous)
    throw new DevProblem(`rolled back from ${last.release} to ${back.release}, and not to ${last.previous}`)
  narrator.say(
    `${back.release} has the traffic again after ${Math.round(back.timings.total)} ms (${Math.round(commandMs)} ms with the start of the command)`,
  )
  return {saveToLiveMs, rollbackMs: back.timings.total}
}
