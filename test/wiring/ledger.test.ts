import {readFile} from 'node:fs/promises'
import {hostname, userInfo} from 'node:os'
import path from 'node:path'

import test from 'ava'

import {placeOf} from '../../src/ledger/files.ts'
import {readEntries} from '../../src/ledger/read.ts'
import {settingsDigestOf} from '../../src/lifecycle/plan.ts'
import {openLedger} from '../../src/wiring/ledger.ts'
import {temporaryProject} from '../config/project.ts'
import {testSettings} from '../support/lifecycle-settings.ts'

const id = {project: 'shop', environment: 'main', app: 'web'}
const {signal} = new AbortController()
const release = 'r1-aaaaaaa'
const calm = (message: string) => {
  throw new Error(message)
}

test('a release is written with its settings, and no secret is: not in settings, messages or output', async (t) => {
  await using home = await temporaryProject()
  const paths = {home: home.directory, runtime: path.join(home.directory, 'run')}
  const settings = testSettings({
    port: 3000,
    env: {API_TOKEN: 'tok-0123456789', DATABASE_URL: 'postgres://u:pa55word@db/shop', LOG_LEVEL: 'debug-level'},
    build: {...testSettings().build, args: {NPM_TOKEN: 'npm-0123456789'}},
  })
  {
    await using ledger = await openLedger(id, paths, calm, signal)
    ledger.knows(settings)
    const digest = settingsDigestOf(settings)
    ledger.listen({type: 'release', release, generation: 1, snapshot: 'sha256:00', settings: digest})
    ledger.listen({type: 'log', release, stream: 'stdout', text: 'never kept'})
    ledger.listen({type: 'stage', release, stage: 'build'})
    const output = [
      'env API_TOKEN=tok-0123456789',
      'at postgres://u:pa55word@db/shop',
      'npm-0123456789',
      'debug-level is set',
    ]
    const what = {stage: 'verify', code: 'CRASHED', message: 'pa55word', next: 'npm-0123456789'} as const
    ledger.listen({type: 'rejected', release, output, ...what})
  }
  const place = placeOf(paths.home, id)
  const entries = await readEntries(place, signal)
  t.deepEqual(
    entries.map(({type}) => type),
    ['release', 'rejected'],
  )
  t.like(entries[0], {
    configuration: {port: '3000'},
    who: {user: userInfo().username, host: hostname(), pid: process.pid},
  })
  t.like(entries[1], {
    output: [
      'env API_TOKEN=[redacted API_TOKEN]',
      'at postgres://[redacted]@db/shop',
      '[redacted NPM_TOKEN]',
      'debug-level is set',
    ],
    message: '[redacted DATABASE_URL]',
  })
  const text = await readFile(place.current, 'utf8')
  for (const secret of ['tok-0123456789', 'pa55word', 'npm-0123456789', 'never kept']) t.false(text.includes(secret))
})

test('a job is written with what it printed, without the secrets that it alone has', async (t) => {
  await using home = await temporaryProject()
  const paths = {home: home.directory, runtime: path.join(home.directory, 'run')}
  const job = {name: 'migrate', command: ['migrate'], env: {ADMIN_PASSWORD: 'adm-0123456789'}, timeoutMs: 1000}
  {
    await using ledger = await openLedger(id, paths, calm, signal)
    ledger.knows(testSettings({jobs: [job]}))
    const output = ['as admin with adm-0123456789']
    ledger.listen({type: 'job', release, name: 'migrate', ok: true, ms: 12, reason: undefined, output})
  }
  const entries = await readEntries(placeOf(paths.home, id), signal)
  t.like(entries, [{type: 'job', name: 'migrate', ok: true, output: ['as admin with [redacted ADMIN_PASSWORD]']}])
})

test('where the state directory is of no use imm goes on, and says so', async (t) => {
  await using home = await temporaryProject({ledger: 'a file where the directory would be'})
  const said: string[] = []
  const paths = {home: home.directory, runtime: path.join(home.directory, 'run')}
  {
    await using ledger = await openLedger(id, paths, (message) => said.push(message), signal)
    ledger.knows(testSettings())
    ledger.listen({type: 'found', live: undefined, warm: []})
  }
  t.is(said.length, 2)
  t.regex(said[0] ?? '', /without settings/)
  t.regex(said[1] ?? '', /can't be written/)
})
