import path from 'node:path'

import test from 'ava'

import {previewSettings} from '../../../src/wiring/preview/settings.ts'
import {temporaryProject} from '../../config/project.ts'

const {signal} = new AbortController()

const compose = (previews: string) => `services: {db: {image: postgres}}\nx-imm:\n  previews: ${previews}\n`

test('a Compose file says what holds in previews, where imm.yaml doesn’t', async (t) => {
  await using project = await temporaryProject({
    'compose.yaml': compose('{branches: feature/*, seed: {db-data: {directory: seed}}}'),
    'imm.yaml': 'drain: 1s\n',
  })
  const inCompose = await previewSettings(project.directory, signal, {})
  t.deepEqual(inCompose.branches, ['feature/*'])
  t.deepEqual(inCompose.seed, {'db-data': {kind: 'directory', directory: path.join(project.directory, 'seed')}})
  await project.write('imm.yaml', 'previews: {branches: other}')
  const inConfig = await previewSettings(project.directory, signal, {})
  t.deepEqual([inConfig.branches, inConfig.seed], [['other'], {}])
  await project.write('imm.yaml', 'compose: false')
  t.deepEqual((await previewSettings(project.directory, signal, {})).seed, {})
})

test('mistakes of a Compose file are named by its line and key', async (t) => {
  await using project = await temporaryProject({'compose.yaml': compose('{idle: soon, env: {A: }}')})
  await t.throwsAsync(previewSettings(project.directory, signal, {}), {
    code: 'CONFIG_INVALID',
    message: 'compose.yaml:3:14: x-imm.previews.idle: expected a duration such as 10s, got "soon"',
  })
  await project.write('compose.yaml', compose('{env: {A: }}'))
  await t.throwsAsync(previewSettings(project.directory, signal, {}), {
    code: 'CONFIG_INVALID',
    message: /^compose\.yaml:3:\d+: x-imm\.previews\.env\.A: has no value/,
  })
})
