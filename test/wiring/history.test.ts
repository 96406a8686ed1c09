import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {placeOf} from '../../src/ledger/files.ts'
import type {Happening} from '../../src/lifecycle/events.ts'
import {settingsDigestOf} from '../../src/lifecycle/plan.ts'
import type {ReleaseName} from '../../src/release/identity.ts'
import {proveHistory, readHistory, readRelease, readReleases} from '../../src/wiring/history.ts'
import {openLedger} from '../../src/wiring/ledger.ts'
import {temporaryProject} from '../config/project.ts'
import {testSettings} from '../support/lifecycle-settings.ts'

// Commands find state and engine by their environment: there is no engine here, and a home for this file alone.
const home = await temporaryProject()
process.env['IMM_HOME'] = home.directory
process.env['DOCKER_HOST'] = `unix://${home.directory}/nobody.sock`
test.after.always(async () => home[Symbol.asyncDispose]())

const id = {project: 'shop', environment: 'main', app: 'app'}
const where = {directory: home.directory, environment: 'main', flags: {project: 'shop'}}
const {signal} = new AbortController()
const releases: readonly ReleaseName[] = ['r1-aaaaaaa', 'r2-bbbbbbb', 'r3-ccccccc']
const ports = [3000, 4000, 5000]
const timings = {detect: 0, snapshot: 0, build: 0, launch: 0, verify: 0, flip: 0, total: 10}
const unexpected = (message: string) => {
  throw new Error(message)
}

const live = (release: ReleaseName, previous?: ReleaseName): Happening => ({
  type: 'live',
  release,
  previous,
  image: 'sha256:00',
  url: '',
  cause: 'change',
  timings,
})

test.before(async () => {
  await using ledger = await openLedger(
    id,
    {home: home.directory, runtime: `${home.directory}/run`},
    unexpected,
    signal,
  )
  for (const [index, release] of releases.entries()) {
    const settings = testSettings({port: ports[index], env: {TOKEN: `token of ${release}`}})
    ledger.knows(settings)
    ledger.listen({type: 'release', release, generation: index + 1, snapshot: '', settings: settingsDigestOf(settings)})
    ledger.listen(live(release, index === 2 ? releases[0] : undefined))
  }
})

test('releases are told where the engine cannot be asked, and that it cannot', async (t) => {
  const said: string[] = []
  const told = await readReleases(where, (message) => said.push(message), signal)
  t.deepEqual(
    told.map(({release, state, outcome}) => [release, state, outcome]),
    releases.toReversed().map((release) => [release, undefined, 'live']),
  )
  t.is(said.length, 1)
})

const show = async (release: 'r1' | 'r2' | 'r3', against?: 'r2') => {
  const shown = await readRelease({where, release, against, files: false}, () => undefined, signal)
  return [
    shown.against,
    shown.settingChanges?.map(({key, before, after}) => [key, before?.slice(0, 5), after?.slice(0, 5)]),
  ]
}

test('a release is compared with the one that it took over from, else with the one before, or as asked', async (t) => {
  const token = ['env.TOKEN', 'hmac:', 'hmac:']
  t.deepEqual(await show('r3'), ['r1-aaaaaaa', [token, ['port', '3000', '5000']]])
  t.deepEqual(await show('r2'), ['r1-aaaaaaa', [token, ['port', '3000', '4000']]])
  t.deepEqual(await show('r3', 'r2'), ['r2-bbbbbbb', [token, ['port', '4000', '5000']]])
  t.deepEqual(await show('r1'), [undefined, undefined])
})

test('a release that the history does not tell of is not found', async (t) => {
  await t.throwsAsync(readRelease({where, release: 'r9', against: undefined, files: false}, unexpected, signal), {
    code: 'RELEASE_NOT_FOUND',
  })
})

test('releases and history of several apps are told together, by number and by time, or of the one that is named', async (t) => {
  const several = {...where, environment: 'several'}
  const paths = {home: home.directory, runtime: `${home.directory}/run`}
  const names = {web: ['r1-aaaaaaa', 'r3-ccccccc'], api: ['r2-bbbbbbb']} as const
  for (const [release, app] of [
    [names.web[0], 'web'],
    [names.api[0], 'api'],
    [names.web[1], 'web'],
  ] as const) {
    await using ledger = await openLedger({...id, environment: 'several', app}, paths, unexpected, signal)
    ledger.listen({type: 'release', release, generation: 1, snapshot: '', settings: ''})
    ledger.listen(live(release))
  }
  const told = await readReleases(several, () => undefined, signal)
  t.deepEqual(
    told.map(({app, release}) => `${app} ${release}`),
    ['web r3-ccccccc', 'api r2-bbbbbbb', 'web r1-aaaaaaa'],
  )
  const of = async (app?: string) =>
    (await readHistory({...several, app}, signal)).flatMap((line) =>
      line.entry.type === 'live' ? [`${line.app} ${line.entry.release}`] : [],
    )
  t.deepEqual(await of(), ['web r1-aaaaaaa', 'api r2-bbbbbbb', 'web r3-ccccccc'])
  t.deepEqual(await of('api'), ['api r2-bbbbbbb'])
  t.deepEqual(
    (await proveHistory(several, signal)).map(({app, intact}) => [app, intact]),
    [
      ['api', true],
      ['web', true],
    ],
  )
  await t.throwsAsync(of('db'), {code: 'APP_NOT_FOUND', message: /has no app "db"; it has api, web/})
  // The release says whose it is.
  const shown = await readRelease(
    {where: several, release: 'r2', against: undefined, files: false},
    () => undefined,
    signal,
  )
  t.is(shown.app, 'api')
  await t.throwsAsync(
    readRelease({where: several, release: 'r9', against: undefined, files: false}, unexpected, signal),
    {
      code: 'RELEASE_NOT_FOUND',
    },
  )
})

test('an environment without a history has no releases, and nobody asks the engine', async (t) => {
  t.deepEqual(await readReleases({...where, environment: 'other'}, unexpected, signal), [])
  t.like(await proveHistory({...where, environment: 'other'}, signal), [{intact: true, entries: 0}])
})

test.serial('the proof finds what was changed in the files', async (t) => {
  t.like(await proveHistory(where, signal), [{intact: true, entries: (await readHistory(where, signal)).length}])
  const file = placeOf(home.directory, id).current
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('r2-bbbbbbb', 'r2-bbbbbbc'))
  t.like(await proveHistory(where, signal), [
    {intact: false, line: 3, file: path.join(home.directory, 'ledger/shop/main/app.jsonl')},
  ])
  await writeFile(file, text)
})
