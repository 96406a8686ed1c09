import {mkdtemp, readdir, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import {runSettingsOf} from '../../src/lifecycle/plan.ts'
import type {ReleaseRecord} from '../../src/lifecycle/ports.ts'
import {recordsOf} from '../../src/state/records.ts'
import {testSettings} from '../support/lifecycle-settings.ts'

const {signal} = new AbortController()
const id = {project: 'shop', environment: 'main', app: 'web'}

const temporary = async (t: ExecutionContext) => {
  const home = await mkdtemp(path.join(tmpdir(), 'imm-records-'))
  t.teardown(async () => rm(home, {recursive: true, force: true}))
  return {home, directory: path.join(home, 'releases', 'shop', 'main', 'web')}
}

const record = (digest: string, more: Partial<ReleaseRecord> = {}): ReleaseRecord => ({
  settingsDigest: `sha256:${digest}`,
  port: 3000,
  settings: JSON.parse(JSON.stringify(runSettingsOf(testSettings({env: {A: digest}})))) as ReleaseRecord['settings'],
  withheld: ['API_KEY'],
  ...more,
})

test('what a release was started with is read by a later process, and only by its owner', async (t) => {
  const {home, directory} = await temporary(t)
  await recordsOf(home, id).note('r1-0000000', record('aa'), signal)
  t.deepEqual(await recordsOf(home, id).read('r1-0000000', signal), record('aa'))
  t.is(await recordsOf(home, {...id, environment: 'other'}).read('r1-0000000', signal), undefined)
  for (const name of await readdir(directory)) t.is((await stat(path.join(directory, name))).mode & 0o777, 0o600)
  t.is((await stat(directory)).mode & 0o777, 0o700)
})

test('settings go with the last release that has them', async (t) => {
  const {home, directory} = await temporary(t)
  const records = recordsOf(home, id)
  await records.note('r1-0000000', record('bb'), signal)
  await records.note('r2-0000000', record('aa'), signal)
  await records.note('r3-0000000', record('aa', {port: 4000}), signal)
  t.is((await readdir(directory)).length, 5)
  await records.retain(['r3-0000000'], signal)
  t.deepEqual((await readdir(directory)).toSorted(), ['r3-0000000.json', 'settings-aa.json'])
  t.is((await records.read('r3-0000000', signal))?.port, 4000)
  t.is(await records.read('r1-0000000', signal), undefined)
})

test('a release that is newer than all that are kept stays: it may be on its way', async (t) => {
  const {home} = await temporary(t)
  const records = recordsOf(home, id)
  for (const release of ['r1-0000000', 'r2-0000000', 'r3-0000000'] as const)
    await records.note(release, record('aa'), signal)
  await records.retain(['r2-0000000'], signal)
  t.is(await records.read('r1-0000000', signal), undefined)
  t.deepEqual(await records.read('r3-0000000', signal), record('aa'))
})

test('settings that are noted while others are forgotten stay', async (t) => {
  const {home} = await temporary(t)
  const records = recordsOf(home, id)
  const work = [1, 2, 3, 4, 5].flatMap((number) => [
    records.note(`r${number}-0000000`, record(`a${number}`), signal),
    records.retain([`r${number}-0000000`], signal),
  ])
  await Promise.all(work)
  t.deepEqual(await records.read('r5-0000000', signal), record('a5'))
})

test('a pin outlives its process until it is taken away', async (t) => {
  const {home} = await temporary(t)
  const pin = {
    release: 'r1-0000000',
    tried: {release: 'r2-0000000', snapshot: 'sha256:1', settingsDigest: 'sha256:2'},
  } as const
  t.is(await recordsOf(home, id).pin(signal), undefined)
  await recordsOf(home, id).setPin(pin, signal)
  t.deepEqual(await recordsOf(home, id).pin(signal), pin)
  await recordsOf(home, id).setPin(undefined, signal)
  await recordsOf(home, id).setPin(undefined, signal)
  t.is(await recordsOf(home, id).pin(signal), undefined)
})

test('a file that makes no sense counts as lost', async (t) => {
  const {home, directory} = await temporary(t)
  const records = recordsOf(home, id)
  await records.note('r1-0000000', record('aa'), signal)
  for (const text of ['', '{', 'null', '[]', '{"settingsDigest":"../x","port":1}']) {
    await writeFile(path.join(directory, 'r1-0000000.json'), text)
    t.is(await records.read('r1-0000000', signal), undefined, text)
    await writeFile(path.join(directory, 'pin.json'), text)
    t.is(await records.pin(signal), undefined, text)
  }
})
