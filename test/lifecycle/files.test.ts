import test from 'ava'

import type {MountedFile} from '../../src/config/settings.ts'
import {settingsDigestOf} from '../../src/lifecycle/plan.ts'
import {recordOf} from '../../src/lifecycle/record.ts'
import {testSettings} from '../support/lifecycle-settings.ts'
import {good, testEnvironment} from '../support/lifecycle.ts'

const secret: MountedFile = {
  kind: 'secret',
  name: 'password',
  source: {kind: 'environment', variable: 'PW', value: 'hunter2'},
  path: '/run/secrets/password',
  mode: 0o444,
  digest: 'hmac:1',
}

test('each release gets its files, and they go with it and with imm dev', async (t) => {
  await using environment = testEnvironment(good('one'), {files: [secret], keep: {warm: 0, images: 1}})
  const dev = environment.start()
  const first = await dev.next('live')
  t.deepEqual([...environment.files.placed], [[first.release, ['/run/secrets/password']]])
  environment.save(good('two'))
  const second = await dev.next('live')
  await dev.next('removed', ({release, what}) => release === first.release && what === 'image')
  await dev.quiet()
  t.deepEqual([...environment.files.placed.keys()], [second.release])
  await dev[Symbol.asyncDispose]()
  t.deepEqual([...environment.files.placed.keys()], [])
})

test('a secret that is not there fails the release that needs it, and what is live serves on', async (t) => {
  await using environment = testEnvironment(good('one'), {files: [secret]})
  await using dev = environment.start()
  const first = await dev.next('live')
  environment.files.unavailable.add('password')
  environment.save(good('two'))
  t.like(await dev.next('rejected'), {code: 'SECRET_UNAVAILABLE', stage: 'launch'})
  t.is((await environment.answer())?.release, first.release)
})

test('a rollback takes the files of its release, also where their source is gone', async (t) => {
  await using environment = testEnvironment(good('one'), {files: [secret], keep: {warm: 0}})
  await using dev = environment.start()
  const first = await dev.next('live')
  environment.save(good('two'))
  await dev.next('live')
  await dev.quiet()
  environment.files.unavailable.add('password')
  t.is(await dev.rollback(), first.release)
})

const digest = (file: MountedFile) => settingsDigestOf(testSettings({files: [file]}))

test('another content makes other settings; where it comes from does not', (t) => {
  t.not(digest(secret), digest({...secret, digest: 'hmac:2'}))
  t.not(digest(secret), digest({...secret, path: '/elsewhere'}))
  t.is(digest(secret), digest({...secret, source: {kind: 'file', path: '/home/somebody/password'}}))
})

test('no record holds the value of a variable', (t) => {
  const settings = testSettings({files: [secret]})
  const record = recordOf({settings, settingsDigest: 'sha256:0', port: 1})
  t.false(JSON.stringify(record).includes('hunter2'))
  t.like(record.settings.files[0], {name: 'password', digest: 'hmac:1'})
})
