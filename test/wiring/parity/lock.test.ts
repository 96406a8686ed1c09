import {generateKeyPairSync} from 'node:crypto'
import {mkdtemp, readdir, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import {checkLock, lockSide} from '../../../src/wiring/parity/lock.ts'
import {fails} from '../../parity/fails.ts'
import {dockerArchive, layerOf} from '../../parity/image/archives.ts'

const {signal} = new AbortController()

/** A directory with an image in an archive, and keys. */
const place = async (t: ExecutionContext) => {
  const cwd = await mkdtemp(path.join(tmpdir(), 'imm-lock-'))
  t.teardown(() => rm(cwd, {recursive: true, force: true}))
  const layers = [await layerOf({'app/': null, 'app/main.js': 'main'})]
  await writeFile(path.join(cwd, 'shop.tar'), await dockerArchive({layers, config: {Env: ['DB_PASSWORD=hunter2']}}))
  const {privateKey, publicKey} = generateKeyPairSync('ed25519')
  await writeFile(path.join(cwd, 'lock.key'), privateKey.export({type: 'pkcs8', format: 'pem'}))
  await writeFile(path.join(cwd, 'lock.pub'), publicKey.export({type: 'spki', format: 'pem'}))
  const request = {
    side: 'archive:shop.tar',
    file: 'imm.lock',
    keyFile: undefined,
    cwd,
    onStep: () => {},
    onWarning: () => {},
  }
  return {cwd, request, check: {file: 'imm.lock', keyFile: undefined, cwd}}
}

test('a side is written down, and read again as it was, without its files and secrets', async (t) => {
  const {cwd, request, check} = await place(t)
  const {facts, text, key} = await lockSide(request, signal)
  t.is(key, undefined)
  t.is(await readFile(path.join(cwd, 'imm.lock'), 'utf8'), text)
  t.notRegex(text, /hunter2|main\.js/)
  const checked = await checkLock(check, signal)
  t.like(checked, {key: undefined, checked: false})
  t.is(checked.facts.name, 'archive:shop.tar')
  t.is(checked.facts.image?.files.digest, facts.image?.files.digest)
})

test('a lock file is a side itself, and the same written down again', async (t) => {
  const {request} = await place(t)
  const {text} = await lockSide(request, signal)
  const again = await lockSide({...request, side: 'lock:imm.lock', file: '-'}, signal)
  t.is(again.text.replace('lock:imm.lock', 'archive:shop.tar'), text)
})

test('it is signed with --sign, and checked with --key', async (t) => {
  const {cwd, request, check} = await place(t)
  const {key} = await lockSide({...request, keyFile: 'lock.key'}, signal)
  t.regex(key ?? '', /^sha256:/)
  t.like(await checkLock({...check, keyFile: 'lock.pub'}, signal), {key, checked: true})
  const text = await readFile(path.join(cwd, 'imm.lock'), 'utf8')
  await writeFile(path.join(cwd, 'imm.lock'), text.replace('count: ', 'count: 1'))
  await fails(t, checkLock({...check, keyFile: 'lock.pub'}, signal), 'LOCK_SIGNATURE', /not as it was/)
})

test('what can’t be read fails before anything is written', async (t) => {
  const {cwd, request, check} = await place(t)
  const before = await readdir(cwd)
  await fails(t, lockSide({...request, keyFile: 'none.key'}, signal), 'SIDE_UNREADABLE', /none\.key/)
  await fails(t, lockSide({...request, keyFile: 'lock.pub'}, signal), 'LOCK_SIGNATURE', /no private key/)
  await fails(t, lockSide({...request, side: 'archive:none.tar'}, signal), 'SIDE_NOT_FOUND', /none\.tar/)
  await fails(t, checkLock({...check, file: 'shop.tar'}, signal), 'LOCK_UNREADABLE', /shop\.tar/)
  t.deepEqual(await readdir(cwd), before)
})

test('a link in the place of the lock file is replaced, and what it leads to stays', async (t) => {
  const {cwd, request} = await place(t)
  await symlink('lock.pub', path.join(cwd, 'imm.lock'))
  const before = await readFile(path.join(cwd, 'lock.pub'), 'utf8')
  await lockSide(request, signal)
  t.is(await readFile(path.join(cwd, 'lock.pub'), 'utf8'), before)
})

test('a directory that can’t be written to is named', async (t) => {
  const {request} = await place(t)
  await fails(t, lockSide({...request, file: 'none/imm.lock'}, signal), 'PROJECT_UNWRITABLE', /none\/imm\.lock/)
})
