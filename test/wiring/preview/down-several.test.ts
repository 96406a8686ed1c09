import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import {ImmError} from '../../../src/errors.ts'
import {savePreview, type PreviewRecord} from '../../../src/state/previews.ts'
import {takeDownPreviews} from '../../../src/wiring/preview/down-several.ts'
import {immIn, jsonLines} from '../../support/imm.ts'

const signal = AbortSignal.timeout(60_000)

/** Three previews, and a directory that is in no repository. */
const placeOf = async (t: ExecutionContext) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-down-'))
  t.teardown(async () => rm(directory, {recursive: true, force: true}))
  const home = path.join(directory, 'home')
  for (const name of ['a', 'b', 'c']) await savePreview(home, recordOf(name))
  return {directory, home, runtime: path.join(home, 'run')}
}

const recordOf = (name: string): PreviewRecord => ({
  project: 'shop',
  environment: name,
  ref: `refs/heads/${name}`,
  name,
  kind: 'branch',
  commit: '3fa9c1e',
  author: 'Ada',
  subject: 'Add it',
  committedMs: 0,
  repository: '/repo/.git',
  directory: `/nowhere/${name}`,
  createdMs: 0,
  updatedMs: 0,
  pinned: false,
  apps: ['app'],
  rest: {},
  resting: 'awake',
  usedMs: 0,
  hooks: {},
  access: 'open',
})

const takeDown = async (
  t: ExecutionContext,
  down: (record: PreviewRecord) => Promise<void>,
  stop: AbortSignal = signal,
) => {
  const paths = await placeOf(t)
  const told: string[] = []
  const ended = takeDownPreviews(
    {
      names: 'all',
      directory: paths.directory,
      onWarning: (message) => told.push(message),
      onDown: ({name}) => told.push(`${name} gone`),
      onFailed: ({name}, {code}) => told.push(`${name} ${code}`),
    },
    stop,
    {paths, down},
  )
  return {told, ended}
}

test('a preview that can not be taken down keeps none of the others', async (t) => {
  const {told, ended} = await takeDown(t, async ({name}) => {
    if (name !== 'b') throw new ImmError('ENGINE_REFUSED', 'it is in use')
  })
  t.is(await ended, 3)
  t.deepEqual(told, ['a ENGINE_REFUSED', 'b gone', 'c ENGINE_REFUSED'])
})

test('a mistake of imm is told, after the others', async (t) => {
  const {told, ended} = await takeDown(t, async ({name}) => {
    if (name === 'a') throw new TypeError('of imm')
  })
  await t.throwsAsync(ended, {instanceOf: TypeError, message: 'of imm'})
  t.deepEqual(told, ['b gone', 'c gone'])
})

test('who interrupts it ends it, and no preview failed', async (t) => {
  const stop = new AbortController()
  const {told, ended} = await takeDown(
    t,
    async () => {
      stop.abort(new Error('stopped'))
      throw new ImmError('ENGINE_LOST', 'closed')
    },
    stop.signal,
  )
  await t.throwsAsync(ended, {message: 'stopped'})
  t.deepEqual(told, [])
})

test('the command names each that failed and ends with 1', async (t) => {
  const place = await placeOf(t)
  const env = {DOCKER_HOST: 'unix:///nowhere/engine.sock'}
  const {exitCode, stdout, stderr} = await immIn(place, {env}, 'preview', 'down', '--all', '--json')
  t.is(exitCode, 1)
  t.like(jsonLines(stdout), [
    {type: 'failed', name: 'a'},
    {type: 'failed', name: 'b'},
    {type: 'failed', name: 'c'},
  ])
  for (const name of ['a', 'b', 'c'])
    t.regex(stderr, new RegExp(`^The preview of ${name} could not be taken down: `, 'm'))
})
