import {randomBytes} from 'node:crypto'
import {chmod, lstat, mkdir, mkdtemp, rename, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import * as fc from 'fast-check'

import {connectEngine} from '../../src/engine/connect.ts'
import {isImmError} from '../../src/errors.ts'
import {anchorOn, type Anchor} from '../../src/lifecycle/anchor.ts'
import {makeDelta} from '../../src/lifecycle/delta.ts'
import {buildInFull} from '../../src/lifecycle/full-build.ts'
import {configDifferences, fileDifferences} from '../../src/lifecycle/image-differences.ts'
import {makePlan, type Plan} from '../../src/lifecycle/plan.ts'
import type {Engine, Image} from '../../src/lifecycle/ports.ts'
import {environmentLabels} from '../../src/release/labels.ts'
import {projectOf} from '../../src/wiring/project.ts'
import {memoryFiles} from '../support/lifecycle-files.ts'
import {testSettings} from '../support/lifecycle-settings.ts'
import {test} from '../support/one-by-one.ts'
import {stage, stories, type Edit, type Story} from './equality-projects.ts'

// More by IMM_EQUALITY_RUNS; a mismatch names the seed and the path that bring it back.
const runs = Number(process.env['IMM_EQUALITY_RUNS'] ?? 25)
const builder = process.env['IMM_EQUALITY_BUILDER'] === 'classic' ? 'classic' : undefined
const {signal} = new AbortController()
const base = process.env['IMM_TEST_BASE_STATIC'] ?? 'imm-base/static:local'

test('a delta image is what a full build would have made, file by file, whatever the project, the Dockerfile and the edits', async (t) => {
  t.timeout(120_000 + runs * 5000)
  const engine = await connectEngine({env: process.env, platform: process.platform, builder, signal})
  t.truthy(await engine.layering(signal))
  const made = {delta: 0, full: 0}
  await fc.assert(
    fc.asyncProperty(stories, async (story) => play(story, engine, made)),
    {numRuns: runs, endOnFailure: runs <= 25, verbose: 1},
  )
  t.log(`${made.delta} deltas were equal; ${made.full} changes would have been built in full`)
  // Where nearly everything is built in full, nothing is proved.
  t.true(made.delta > made.full)
})

const play = async (
  {dockerfile, copies, inline, ignored, first, edits}: Story,
  engine: Engine,
  made: {delta: number; full: number},
) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-equal-'))
  const id = {project: `t${randomBytes(4).toString('hex')}`, environment: 'main', app: 'web'}
  await using undo = new AsyncDisposableStack()
  undo.defer(async () => rm(directory, {recursive: true, force: true}))
  undo.defer(async () => removeImages(engine, id))
  // A stage after the built one: what is copied on top must not land there.
  const text = [`FROM ${base} AS made`, ...stage, `FROM ${base} AS app`, ...dockerfile, `FROM made`, ''].join('\n')
  if (!inline) await writeFile(path.join(directory, 'Dockerfile'), text)
  await writeFile(path.join(directory, '.dockerignore'), ['Dockerfile', '.dockerignore', ...ignored, ''].join('\n'))
  for (const file of ['a.txt', 'src/a.txt', 'src/x.js', 'lib/b.txt', 'c d.txt'])
    await apply({does: 'write', path: file, content: file, mode: 0o644}, directory)
  for (const each of first) await apply(each, directory)
  const settings = testSettings({
    build: {
      context: directory,
      dockerfile: 'Dockerfile',
      target: 'app',
      args: {},
      copies,
      ...(inline ? {inline: text} : {}),
    },
    watch: {paths: [], ignore: [], quietMs: 5, poll: undefined},
  })
  const project = projectOf({settings, files: [], warnings: []}, {directory, environment: 'main', flags: {}})
  undo.use(project.source)
  const world = {id, engine, files: memoryFiles()}
  let number = 0
  const plan = async (): Promise<Plan> => makePlan(project, await project.source.snapshot(signal))
  const build = async (of: Plan): Promise<Image | undefined> => {
    number += 1
    const reference = `imm/${id.project}/web:full-${number}`
    try {
      return await buildInFull(
        of,
        {reference, revision: undefined, fresh: false, onStep: () => undefined},
        world,
        signal,
      )
    } catch (error) {
      // A COPY that finds nothing, or a file in the place of a directory: nothing to be equal to.
      if (isImmError(error, 'BUILD_FAILED')) return undefined
      throw error
    }
  }
  let planned = await plan()
  let full = await build(planned)
  if (!full) return
  const anchor: Anchor = await anchorOn(full, planned, engine, signal)
  for (const batch of edits) {
    for (const each of batch) await apply(each, directory)
    // An edit may have changed nothing, so that no event is waited for.
    await project.source.rescan?.(signal)
    planned = await plan()
    number += 1
    const delta = await makeDelta(planned, `r${number}-${'0'.repeat(7)}`, undefined, anchor, world, signal)
    made[delta.kind === 'made' ? 'delta' : 'full'] += 1
    if (delta.kind === 'full') continue
    full = await build(planned)
    if (!full) throw new Error('a delta was made where a full build fails')
    const {differences} = await fileDifferences(engine.files(full, signal), engine.files(delta.image, signal))
    const config = configDifferences(await engine.config(full, signal), await engine.config(delta.image, signal))
    const all = [...differences, ...config].map(({path: where, what}) => `${where}: ${what}`)
    if (all.length > 0) throw new Error(all.join('\n'))
  }
}

/** As a person would: what can't be done is not done. */
const apply = async (edit: Edit, directory: string): Promise<void> => {
  const file = path.join(directory, edit.path)
  try {
    switch (edit.does) {
      case 'write':
        await mkdir(path.dirname(file), {recursive: true})
        if ((await lstat(file).catch(() => undefined))?.isSymbolicLink()) await rm(file)
        await writeFile(file, edit.content)
        return await chmod(file, edit.mode)
      case 'make directory':
        await mkdir(file, {recursive: true})
        return
      case 'link':
        await mkdir(path.dirname(file), {recursive: true})
        await rm(file, {recursive: true, force: true})
        return await symlink(edit.target, file)
      case 'remove':
        return await rm(file, {recursive: true})
      case 'move':
        await mkdir(path.dirname(path.join(directory, edit.to)), {recursive: true})
        return await rename(file, path.join(directory, edit.to))
      case 'change mode':
        if ((await lstat(file)).isFile()) await chmod(file, edit.mode)
        return
      default:
        edit satisfies never
    }
  } catch (error) {
    if (!('code' in (error as object))) throw error
  }
}

const removeImages = async (engine: Engine, id: {project: string; environment: string; app: string}): Promise<void> => {
  const images = await engine.images(environmentLabels(id), signal)
  for (const reference of images.flatMap(({references}) => references)) await engine.untag(reference, signal)
}
