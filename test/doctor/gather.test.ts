import {watch} from 'node:fs'
import {chmod, mkdir, writeFile} from 'node:fs/promises'
import {createServer, type AddressInfo} from 'node:net'
import path from 'node:path'

import test from 'ava'

import {freeSpace} from '../../src/doctor/disk.ts'
import {countDirectories, watchesInUse} from '../../src/doctor/inotify.ts'
import {lookUp} from '../../src/doctor/names.ts'
import {lookAtDirectory} from '../../src/doctor/permissions.ts'
import {portState} from '../../src/doctor/port.ts'
import {temporaryPlace} from './kit.ts'

const {signal} = new AbortController()
const onLinux = process.platform === 'linux' ? test : test.skip

test('directories are counted without .git, node_modules and links', async (t) => {
  await using place = await temporaryPlace()
  for (const name of ['src/a', 'src/b', 'node_modules/x', '.git/objects', 'src/node_modules/y'])
    await mkdir(path.join(place.directory, name), {recursive: true})
  t.deepEqual(await countDirectories(place.directory, signal), {count: 4, more: false})
})

test('counting ends where time is up, and says that there are more', async (t) => {
  await using place = await temporaryPlace()
  t.deepEqual(await countDirectories(place.directory, AbortSignal.abort()), {count: 0, more: true})
})

onLinux("this user's watches are seen in /proc", async (t) => {
  await using place = await temporaryPlace()
  const watcher = watch(place.directory)
  t.teardown(() => watcher.close())
  const {watches, instances} = await watchesInUse(signal)
  t.true(watches >= 1)
  t.true(instances >= 1)
})

test('a directory is looked at as it is, or its closest parent where it is not there yet', async (t) => {
  await using place = await temporaryPlace()
  await chmod(place.directory, 0o750)
  t.like(await lookAtDirectory('state', place.directory), {isDirectory: true, writable: true, mode: 0o750})
  const below = path.join(place.directory, 'a/b')
  t.like(await lookAtDirectory('state', below), {path: below, closest: place.directory})
  await writeFile(path.join(place.directory, 'a'), '')
  t.like(await lookAtDirectory('state', below), {closest: path.join(place.directory, 'a'), isDirectory: false})
})

test('free space is told also for a directory that is not there yet', async (t) => {
  await using place = await temporaryPlace()
  const {freeBytes, path: shown} = await freeSpace('state', path.join(place.directory, 'a/b'))
  t.true(freeBytes > 0)
  t.is(shown, path.join(place.directory, 'a/b'))
})

test('a port is taken while somebody listens on it, then free again', async (t) => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  t.is(await portState(port), 'taken')
  await new Promise((resolve) => server.close(resolve))
  t.is(await portState(port), 'free')
})

test('names are resolved as other programs resolve them', async (t) => {
  const {addresses = []} = await lookUp('localhost', signal, 60_000)
  t.true(addresses.includes('127.0.0.1') || addresses.includes('::1'), addresses.join(' '))
})
