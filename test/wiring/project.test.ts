import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'

import type {Settings} from '../../src/config/settings.ts'
import {projectOf} from '../../src/wiring/project.ts'
import {testSettings} from '../support/lifecycle-settings.ts'

const {signal} = new AbortController()

const opened = async (changes: (directory: string) => Partial<Settings>) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-project-'))
  for (const file of ['Dockerfile', 'password.txt', 'app.conf', 'web/node_modules/a.js', 'web/a.js']) {
    await mkdir(path.dirname(path.join(directory, file)), {recursive: true})
    await writeFile(path.join(directory, file), file === 'Dockerfile' ? 'FROM a AS b\nUSER node\nFROM c\n' : file)
  }
  const settings = testSettings(changes(directory))
  const project = projectOf({settings, files: [], warnings: []}, {directory, environment: 'main', flags: {}})
  return {
    project,
    names: async () => [...(await project.source.snapshot(signal)).tree.children.keys()],
    async [Symbol.asyncDispose]() {
      await project.source[Symbol.asyncDispose]()
      await rm(directory, {recursive: true, force: true})
    },
  }
}

const build = (context: string, more: Partial<Settings['build']>): Settings['build'] => ({
  context,
  dockerfile: 'Dockerfile',
  target: undefined,
  args: {},
  ...more,
})

const file = (kind: 'secret' | 'config', name: string, directory: string) =>
  ({kind, name, source: {kind: 'file', path: path.join(directory, name)}, path: `/${name}`, mode: 0o444}) as const

test('no image has the file of a secret, and any has that of a config', async (t) => {
  await using made = await opened((directory) => ({
    build: build(directory, {}),
    files: [file('secret', 'password.txt', directory), file('config', 'app.conf', directory)],
  }))
  t.deepEqual(await made.names(), ['Dockerfile', 'app.conf', 'web'])
})

test('what an image keeps of its own is not copied on top', async (t) => {
  await using made = await opened((directory) => ({
    build: build(directory, {copies: [{from: 'web', to: '/app', keeps: ['/app/node_modules']}]}),
  }))
  const {tree} = await made.project.source.snapshot(signal)
  const web = tree.children.get('web')
  t.deepEqual(web?.kind === 'directory' ? [...web.children.keys()] : [], ['a.js'])
})

test('a Dockerfile with copies is built as another text, and its lines alone are named', async (t) => {
  await using made = await opened((directory) => ({
    build: build(directory, {target: 'b', copies: [{from: 'web', to: '/app'}]}),
  }))
  const dockerfile = await made.project.dockerfile(signal)
  t.is(dockerfile.text, 'FROM a AS b\nUSER node\nCOPY --chown=node web /app\n')
  t.is(dockerfile.locate('[b 1/2] FROM a'), 1)
  t.is(dockerfile.locate('[b 2/2] COPY --chown=node web /app'), undefined)
})

test('a Dockerfile that is no file is built by its text, and one without copies as it is', async (t) => {
  await using inline = await opened((directory) => ({build: build(directory, {inline: 'FROM d\nEXPOSE 81\n'})}))
  const {text, hash, exposedPorts} = await inline.project.dockerfile(signal)
  t.deepEqual([text, hash, exposedPorts], ['FROM d\nEXPOSE 81\n', undefined, [81]])
  await using plain = await opened((directory) => ({build: build(directory, {})}))
  t.is((await plain.project.dockerfile(signal)).text, undefined)
})
