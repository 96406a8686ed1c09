import {randomBytes} from 'node:crypto'
import {mkdir, mkdtemp, rm, stat, symlink, utimes, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import type {ExecutionContext} from 'ava'

import {connectEngine} from '../../src/engine/connect.ts'
import {fileDifferences} from '../../src/lifecycle/image-differences.ts'
import type {BuildRequest, BuildTree, Engine, Image} from '../../src/lifecycle/ports.ts'
import {openSource} from '../../src/source/open.ts'
import {test} from '../support/one-by-one.ts'

/** BuildKit, asking for the files that it lacks. */

const {signal} = new AbortController()
const base = process.env['IMM_TEST_BASE_STATIC'] ?? 'imm-base/static:local'

interface Kit extends AsyncDisposable {
  engine: Engine
  directory: string
  /** files that the builder asked for since the last build began */
  asked: readonly string[]
  write(file: string, content: string): Promise<void>
  build(how?: 'tree' | 'tar', change?: (tree: BuildTree) => Partial<BuildTree>): Promise<Image>
  content(image: Image, file: string): Promise<string | undefined>
}

const kit = async (t: ExecutionContext, dockerfile: readonly string[], ignored: readonly string[]): Promise<Kit> => {
  const engine = await connectEngine({env: process.env, platform: process.platform, signal})
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-tree-'))
  const project = `t${randomBytes(4).toString('hex')}`
  const watch = {paths: [], ignore: [], quietMs: 5, poll: undefined}
  const write = async (file: string, content: string) => {
    await mkdir(path.dirname(path.join(directory, file)), {recursive: true})
    await writeFile(path.join(directory, file), content)
  }
  await write('Dockerfile', [`FROM ${base}`, ...dockerfile, ''].join('\n'))
  await write('.dockerignore', `${ignored.join('\n')}\n`)
  const source = openSource({
    project: directory,
    context: directory,
    dockerfile: 'Dockerfile',
    settingsFiles: [],
    watch,
  })
  let number = 0
  const asked: string[] = []
  const made: string[] = []
  t.is(engine.facts.builder, 'buildkit')
  return {
    engine,
    directory,
    asked,
    write,
    async build(how = 'tree', change = () => ({})) {
      await source.rescan(signal)
      const snapshot = await source.snapshot(signal)
      const given = source.tree(snapshot)
      const counting = {
        ...given,
        async *read(file: string, inner: AbortSignal) {
          asked.push(file)
          yield* given.read(file, inner)
        },
      }
      asked.length = 0
      number += 1
      const reference = `imm/${project}/web:${how}-${number}`
      made.push(reference)
      const request: BuildRequest = {
        context: () => source.pack(snapshot, signal),
        ...(how === 'tree' ? {tree: {...counting, ...change(counting)}} : {}),
        dockerfile: 'Dockerfile',
        target: undefined,
        args: {},
        labels: {'imm.project': project, 'imm.number': String(number)},
        reference,
        onStep: () => undefined,
      }
      return engine.build(request, signal)
    },
    async content(image, file) {
      for await (const each of engine.files(image, signal)) if (each.path === file) return each.content
      return undefined
    },
    async [Symbol.asyncDispose]() {
      for (const reference of made) await engine.untag(reference, signal)
      await source[Symbol.asyncDispose]()
      await rm(directory, {recursive: true})
    },
  }
}

test('what it is sent by asking is what it is sent as an archive', async (t) => {
  await using project = await kit(
    t,
    ['WORKDIR /app', 'COPY . .', 'COPY *.txt /texts/'],
    ['Dockerfile', '.dockerignore', 'out'],
  )
  await project.write('a.txt', 'a')
  await project.write('deep/er/b c,d.txt', 'b')
  await project.write('deep.txt', '')
  await project.write('äöü/ß.txt', 'c')
  await project.write('large.bin', 'x'.repeat(3 * 2 ** 20))
  await project.write('out/never.txt', 'ignored')
  await mkdir(path.join(project.directory, 'empty'))
  await symlink('deep/er', path.join(project.directory, 'link'))
  const [asked, packed] = [await project.build('tree'), await project.build('tar')]
  const {files, differences} = await fileDifferences(
    project.engine.files(packed, signal),
    project.engine.files(asked, signal),
  )
  // An archive has to hold the Dockerfile, ignored or not.
  t.deepEqual(differences, [{path: '/app/Dockerfile', what: 'not in the release'}])
  t.true(files > 8)
})

test('of a project that it was sent before, it asks for what changed', async (t) => {
  await using project = await kit(t, ['COPY . /app/'], ['Dockerfile', '.dockerignore'])
  for (const file of ['a', 'b', 'c/d']) await project.write(file, file)
  await project.build()
  t.deepEqual(project.asked.toSorted(), ['Dockerfile', 'a', 'b', 'c/d'])
  await project.write('b', 'changed')
  await project.build()
  t.deepEqual(project.asked, ['b'])
})

test('a change that leaves size and time alone is in the image all the same', async (t) => {
  await using project = await kit(t, ['COPY . /app/'], [])
  await project.write('a', 'one')
  const before = await project.build()
  const {atime, mtime} = await stat(path.join(project.directory, 'a'))
  await project.write('a', 'two')
  await utimes(path.join(project.directory, 'a'), atime, mtime)
  const after = await project.build()
  t.true(project.asked.includes('a'))
  t.not(await project.content(after, '/app/a'), await project.content(before, '/app/a'))
})

test('only what instructions name is shown to it, whatever else there is', async (t) => {
  await using project = await kit(t, ['COPY a b/c /app/'], [])
  for (const file of ['a', 'b/c', 'b/d', 'e']) await project.write(file, file)
  await project.build()
  t.deepEqual(project.asked.filter((file) => !file.startsWith('Docker') && !file.startsWith('.')).toSorted(), [
    'a',
    'b/c',
  ])
})

test('a file that changes while it is sent ends the build, and says so', async (t) => {
  await using project = await kit(t, ['COPY . /app/'], [])
  await project.write('a', 'one')
  const change = (tree: BuildTree) => ({
    async *read(file: string, inner: AbortSignal) {
      if (file === 'a') await project.write('a', 'two')
      yield* tree.read(file, inner)
    },
  })
  await t.throwsAsync(project.build('tree', change), {code: 'SNAPSHOT_MOVED'})
  t.truthy(await project.content(await project.build(), '/app/a'))
})

test('a COPY of what is not there fails as a build does', async (t) => {
  await using project = await kit(t, ['COPY missing /app/'], [])
  await t.throwsAsync(project.build(), {code: 'BUILD_FAILED'})
})
