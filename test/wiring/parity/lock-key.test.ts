import {generateKeyPairSync} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {compareAndReport} from '../../../src/wiring/parity/compare-and-report.ts'
import {lockSide} from '../../../src/wiring/parity/lock.ts'
import {temporaryProject} from '../../config/project.ts'
import {fails} from '../../parity/fails.ts'
import {dockerArchive, layerOf} from '../../parity/image/archives.ts'

const {signal} = new AbortController()

/** An image in an archive, its lock file with and without a signature, and keys. */
const project = async () => {
  const at = await temporaryProject({})
  const write = async (file: string, content: string | Buffer) => writeFile(path.join(at.directory, file), content)
  await write('shop.tar', await dockerArchive({layers: [await layerOf({'app/main.js': 'main'})], config: {Cmd: ['x']}}))
  for (const name of ['own', 'other']) {
    const {privateKey, publicKey} = generateKeyPairSync('ed25519')
    await write(`${name}.key`, privateKey.export({type: 'pkcs8', format: 'pem'}))
    await write(`${name}.pub`, publicKey.export({type: 'spki', format: 'pem'}))
  }
  const nothing = {onStep: () => {}, onRead: () => {}, onWarning: () => {}, onLines: () => {}}
  const lock = {side: 'archive:shop.tar', cwd: at.directory, ...nothing}
  const {text} = await lockSide({...lock, file: 'signed.lock', keyFile: 'own.key'}, signal)
  await lockSide({...lock, file: 'plain.lock', keyFile: undefined}, signal)
  await write('changed.lock', text.replace('- x\n', '- y\n'))
  const parity = async (a: string, b: string, keyFile: string | undefined) =>
    compareAndReport(
      {
        ...nothing,
        a,
        b,
        keyFile,
        build: true,
        only: [],
        replay: undefined,
        cwd: at.directory,
        failOn: 'error',
        reports: [],
        environment: {},
      },
      signal,
    )
  return {parity, [Symbol.asyncDispose]: async () => at[Symbol.asyncDispose]()}
}

test('a lock side that the given key has signed is compared', async (t) => {
  await using at = await project()
  for (const [a, b] of [
    ['archive:shop.tar', 'lock:signed.lock'],
    ['lock:signed.lock', 'archive:shop.tar'],
    ['lock:signed.lock', 'lock:signed.lock'],
  ] as const)
    t.is((await at.parity(a, b, 'own.pub')).judged.verdict, 'same')
  // Without a key nothing is asked of signatures.
  t.is((await at.parity('archive:shop.tar', 'lock:plain.lock', undefined)).judged.verdict, 'same')
})

test('one that nobody signed, that another key signed or that was changed since is refused, whichever side it is', async (t) => {
  await using at = await project()
  const image = 'archive:shop.tar'
  await fails(t, at.parity(image, 'lock:plain.lock', 'own.pub'), 'LOCK_SIGNATURE', /plain\.lock is not signed/)
  await fails(t, at.parity('lock:plain.lock', image, 'own.pub'), 'LOCK_SIGNATURE', /plain\.lock is not signed/)
  await fails(t, at.parity('lock:signed.lock', 'lock:plain.lock', 'own.pub'), 'LOCK_SIGNATURE', /is not signed/)
  await fails(t, at.parity(image, 'lock:signed.lock', 'other.pub'), 'LOCK_SIGNATURE', /signed by another key/)
  await fails(t, at.parity(image, 'lock:changed.lock', 'own.pub'), 'LOCK_SIGNATURE', /not as it was/)
  await fails(t, at.parity(image, 'lock:signed.lock', 'nowhere.pub'), 'SIDE_NOT_FOUND', /there is no nowhere\.pub/)
})

test('a key where no side is a lock file is a mistake, and nobody takes it for a check', async (t) => {
  await using at = await project()
  await fails(t, at.parity('archive:shop.tar', 'archive:shop.tar', 'own.pub'), 'USAGE', /neither side is one/)
})
