import {randomUUID} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import path from 'node:path'

import {loadSettings} from '../../src/config/load.ts'
import {connectEngine} from '../../src/engine/connect.ts'
import {anchorOn} from '../../src/lifecycle/anchor.ts'
import {makeDelta} from '../../src/lifecycle/delta.ts'
import {buildInFull} from '../../src/lifecycle/full-build.ts'
import {makePlan} from '../../src/lifecycle/plan.ts'
import type {Engine} from '../../src/lifecycle/ports.ts'
import {projectOf} from '../../src/wiring/project.ts'
import {median} from '../statistics.ts'
import {askUntil} from './ask.ts'
import type {BenchProject} from './project.ts'

/** What the engine alone needs for a save, medians in ms: the layer, the start in a waiting sandbox, and from there to the first answer. */
export interface Floor {
  layerMs: number
  startMs: number
  answerMs: number
}

const rounds = 10
const port = 3000
const {signal} = new AbortController()

/** The same calls that imm makes, with nothing around them: no watch, no snapshot, no proxy, no flip. */
export const measureFloor = async ({directory, name}: BenchProject, image: string): Promise<Floor> => {
  const engine = await connectEngine({env: process.env, platform: process.platform, signal})
  const id = {project: name, environment: 'main', app: 'app'}
  const flags = {buildArgs: [`NODE_IMAGE=${image}`]}
  const loaded = await loadSettings({directory, flags, signal})
  const project = projectOf(loaded, {directory, environment: 'main', flags})
  await using undo = new AsyncDisposableStack()
  undo.use(project.source)
  undo.defer(async () => removeAll(engine, name))
  const plan = async () => makePlan(project, await project.source.snapshot(signal))
  const first = await plan()
  const build = {reference: `imm/${name}/app:floor`, revision: undefined, fresh: false, onStep: () => undefined}
  const files = {read: async () => Promise.reject(new Error('its Dockerfile asks for no secrets'))}
  const world = {id, engine, files}
  const anchor = await anchorOn(await buildInFull(first, build, world, signal), first, engine, signal)
  const times = {layer: [] as number[], start: [] as number[], answer: [] as number[]}
  for (let round = 0; round <= rounds; round++) {
    const content = randomUUID()
    await writeFile(path.join(directory, 'src', 'greeting.txt'), content)
    await project.source.rescan?.(signal)
    const changed = await plan()
    const labels = {'imm.project': name}
    const sandbox = await engine.sandbox({name: `imm_${name}_floor_${round}`, labels, port}, signal)
    const beganMs = performance.now()
    const delta = await makeDelta(changed, `r${round}-0000000`, undefined, anchor, {id, engine}, signal)
    if (delta.kind === 'full') throw new Error(delta.reason)
    const builtMs = performance.now()
    const instance = await engine.start(
      {
        name: `imm_${name}_${round}`,
        image: delta.image.id,
        labels,
        env: {},
        command: undefined,
        user: undefined,
        port,
        volumes: [],
        tmpfs: [],
        memoryBytes: undefined,
        cpus: undefined,
        sandbox: sandbox?.id,
      },
      signal,
    )
    const startedMs = performance.now()
    const {host = '', port: at = 0} = instance.address ?? {}
    await askUntil({url: new URL(`http://${host}:${at}`), host: 'localhost'}, (text) => text.trim() === content)
    const answeredMs = performance.now()
    await engine.remove(instance.id, 0, signal)
    if (round === 0) continue
    times.layer.push(builtMs - beganMs)
    times.start.push(startedMs - builtMs)
    times.answer.push(answeredMs - startedMs)
  }
  return {layerMs: median(times.layer), startMs: median(times.start), answerMs: median(times.answer)}
}

const removeAll = async (engine: Engine, project: string): Promise<void> => {
  const labels = {'imm.project': project}
  for (const {id} of await engine.instances(labels, signal)) await engine.remove(id, 0, signal)
  const images = await engine.images(labels, signal)
  for (const reference of images.flatMap(({references}) => references)) await engine.untag(reference, signal)
}
