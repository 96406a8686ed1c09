import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'

import {compareSides} from '../../../src/parity/compare/compare.ts'
import {writeLock} from '../../../src/parity/lock/write-lock.ts'
import {type OpenSide, sideOpener} from '../../../src/wiring/parity/open-side.ts'
import {fails} from '../../parity/fails.ts'
import {type descriptorOf, dockerArchive, indexEntry, layerOf, ociImage, tarOf} from '../../parity/image/archives.ts'
import {madeSecrets} from '../../parity/secrets/scan/made-secrets.ts'
import {httpServer} from '../../parity/sides/web/servers.ts'

const signal = new AbortController().signal

interface Place extends AsyncDisposable {
  directory: string
  open: OpenSide
}

const place = async (): Promise<Place> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-open-side-'))
  const paths = {home: path.join(directory, 'home'), runtime: path.join(directory, 'run')}
  return {
    directory,
    open: sideOpener({cwd: directory, paths, onStep: () => {}, onWarning: () => {}}),
    [Symbol.asyncDispose]: () => rm(directory, {recursive: true, force: true}),
  }
}

test('an archive is a side with an image, and a lock file of it the same without the list of its files', async (t) => {
  await using at = await place()
  const layers = [await layerOf({'app/a.txt': 'a'})]
  await writeFile(path.join(at.directory, 'shop.tar'), await dockerArchive({layers, config: {Env: ['A=1']}}))
  const side = await at.open('archive:shop.tar', signal)
  t.like(side, {name: 'archive:shop.tar', gaps: []})
  t.like(side.image, {names: ['shop:1'], platform: 'linux/amd64'})
  t.deepEqual(side.image?.config.env, [{name: 'A', value: '1'}])
  await writeFile(path.join(at.directory, 'imm.lock'), writeLock(side))
  const locked = await at.open('lock:imm.lock', signal)
  t.is(locked.name, 'lock:imm.lock')
  t.is(locked.image?.files.digest, side.image?.files.digest)
  t.is(locked.image?.id, side.image?.id)
})

test('an image is the same as its own lock file, by every rule, also where its instructions and settings have secrets', async (t) => {
  await using at = await place()
  const token = madeSecrets['GitHub token'] ?? ''
  const layers = [await layerOf({'etc/os-release': 'ID=debian\nVERSION_ID=12\n'}), await layerOf({'app/a.txt': 'a'})]
  const history = [
    {created: '2026-01-01T00:00:00Z', created_by: `/bin/sh -c #(nop) ADD file:${'0123456789abcdef'.repeat(4)} in / `},
    {created: '2026-02-01T00:00:00Z', created_by: `RUN |1 NPM_TOKEN=hunter2x /bin/sh -c login --password hunter2y -H "Authorization: ${token}" # buildkit`},
  ] // prettier-ignore
  const config = {
    Env: [`API_KEY=${token}`, 'DB_PASSWORD=hunter2x'],
    Cmd: ['node', 'server.js', '--token', 'hunter2y'],
    Labels: {'com.example.token': 'hunter2z', b: '2', a: '1'},
    Healthcheck: {Test: ['CMD-SHELL', 'curl -H "X-Api-Key: hunter2x" localhost']},
  }
  await writeFile(path.join(at.directory, 'shop.tar'), await dockerArchive({layers, history, config}))
  const side = await at.open('archive:shop.tar', signal)
  const text = writeLock(side)
  t.false(text.includes('hunter2') || text.includes(token))
  await writeFile(path.join(at.directory, 'imm.lock'), text)
  const locked = await at.open('lock:imm.lock', signal)
  for (const [a, b] of [
    [side, locked],
    [locked, side],
    [locked, locked],
  ] as const)
    // prettier-ignore
    t.like(compareSides(a, b, {asked: () => true}), {findings: [], uncompared: []})
  // And again: a lock file of a lock file.
  t.is(writeLock({...locked, name: side.name}), text)
})

const named = (architecture: string, descriptor: ReturnType<typeof descriptorOf>) => ({
  ...descriptor,
  platform: {os: 'linux', architecture},
})

test('of an archive with several platforms one is named behind an @', async (t) => {
  await using at = await place()
  const one = ociImage({layers: [await layerOf({'app/a.txt': 'a'})]})
  const two = ociImage({layers: [await layerOf({'app/b.txt': 'b'})]})
  const entries = [indexEntry([named('amd64', one.descriptor), named('arm64', two.descriptor)])]
  await writeFile(path.join(at.directory, 'all.tar'), await tarOf([...entries, ...one.entries, ...two.entries]))
  const side = await at.open('archive:all.tar@linux/arm64', signal)
  t.deepEqual(
    side.image?.files.list?.map((file) => file.path).filter((file) => file.endsWith('.txt')),
    ['/app/b.txt'],
  )
  await fails(t, at.open('archive:all.tar', signal), 'IMAGE_NOT_IN_ARCHIVE', /several/)
  await fails(t, at.open('archive:all.tar@linux/s390x', signal), 'IMAGE_NOT_IN_ARCHIVE', /s390x/)
})

test('files whose names have what means something in a reference are named as in a URL', async (t) => {
  await using at = await place()
  await mkdir(path.join(at.directory, 'a#1'))
  await writeFile(path.join(at.directory, 'a#1/one,two.yaml'), 'services: {web: {image: nowhere.invalid/web}}')
  await writeFile(path.join(at.directory, 'a#1/three.yaml'), 'services: {web: {mem_limit: 1g}}')
  const side = await at.open('compose:a%231/one%2Ctwo.yaml,a%231/three.yaml', signal)
  t.like(side.run, {image: 'nowhere.invalid/web', memoryBytes: 2 ** 30})
  const [archive, layers] = ['a#1/x@linux/a.tar', [await layerOf({'app/a.txt': 'a'})]]
  await mkdir(path.join(at.directory, 'a#1/x@linux'))
  await writeFile(path.join(at.directory, archive), await dockerArchive({layers}))
  t.like((await at.open('archive:a%231/x%40linux/a.tar', signal)).image, {platform: 'linux/amd64'})
})

test('a URL is a side with what answers, and no engine is asked', async (t) => {
  await using at = await place()
  await using server = await httpServer((_request, response) => response.end('hello'))
  const side = await at.open(`http://localhost:${server.port}/x`, signal)
  t.like(side, {name: `http://localhost:${server.port}/x`, gaps: []})
  t.is(side.web?.status, 200)
  t.deepEqual([side.image, side.run], [undefined, undefined])
})

test('what is not there, or nothing that can be read, is an error', async (t) => {
  await using at = await place()
  await mkdir(path.join(at.directory, 'folder'))
  await writeFile(path.join(at.directory, 'text.tar'), 'no archive\n'.repeat(100))
  await fails(t, at.open('archive:nowhere.tar', signal), 'SIDE_NOT_FOUND', /there is no nowhere\.tar/)
  await fails(t, at.open('archive:folder', signal), 'SIDE_NOT_FOUND', /folder is a directory/)
  await fails(t, at.open('tree:text.tar', signal), 'SIDE_NOT_FOUND', /text\.tar is no directory/)
  await fails(t, at.open('archive:text.tar', signal), 'ARCHIVE_DAMAGED', /no tar archive/)
  await fails(t, at.open('lock:text.tar', signal), 'LOCK_UNREADABLE', /text\.tar/)
  await fails(t, at.open('k8s:nowhere.yaml', signal), 'SIDE_NOT_FOUND', /nowhere\.yaml/)
  await fails(t, at.open('shop', signal), 'SIDE_UNKNOWN', /shop/)
})

test('it ends with its signal, before and while it reads', async (t) => {
  await using at = await place()
  await t.throwsAsync(at.open('archive:nowhere.tar', AbortSignal.abort(new Error('enough'))), {message: 'enough'})
})
