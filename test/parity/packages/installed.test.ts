import test from 'ava'

import {installedIn, packageDatabase} from '../../../src/parity/packages/installed.ts'
import type {Entry} from '../image/archives.ts'
import {imageWith} from '../images.ts'
import {rpmDatabase, rpmHeader} from './rpm/databases.ts'

const namesIn = async (...entries: Entry[]) =>
  installedIn(await imageWith(entries, packageDatabase)).map(({manager, packages}) => [
    manager,
    ...packages.map(({name}) => name),
  ])

const stanza = (name: string) => `Package: ${name}\nVersion: 1\nArchitecture: all\n`
const database = rpmDatabase([rpmHeader({name: 'bash', version: '5', release: '1'})])

test('an image without a package database has no packages, and no manager', async (t) => {
  t.deepEqual(await namesIn([{name: 'bin/app'}, 'x']), [])
})

test('the packages of dpkg are found in its status file', async (t) => {
  t.deepEqual(await namesIn([{name: 'var/lib/dpkg/status'}, `${stanza('b')}\n${stanza('a')}`]), [['dpkg', 'a', 'b']])
})

test('the packages of an image without dpkg itself are found in status.d', async (t) => {
  t.deepEqual(
    await namesIn(
      [{name: 'var/lib/dpkg/status.d/tzdata'}, stanza('tzdata')],
      [{name: 'var/lib/dpkg/status.d/base'}, stanza('base-files')],
      [{name: 'var/lib/dpkg/status.d/base.md5sums'}, 'd41d8cd98f00b204e9800998ecf8427e  etc/x\n'],
    ),
    [['dpkg', 'base-files', 'tzdata']],
  )
})

test('the packages of apk are found where it has them, of old and by now', async (t) => {
  const installed = 'P:musl\nV:1\nA:x86_64\n\n'
  t.deepEqual(await namesIn([{name: 'lib/apk/db/installed'}, installed]), [['apk', 'musl']])
  t.deepEqual(
    await namesIn(
      [{name: 'usr/lib/apk/db/installed'}, installed],
      [{name: 'lib', type: 'symlink', linkname: 'usr/lib'}],
    ),
    [['apk', 'musl']],
  )
})

test('the packages of rpm are found through the links of distributions, once', async (t) => {
  t.deepEqual(
    await namesIn(
      [{name: 'usr/lib/sysimage/rpm/rpmdb.sqlite'}, database],
      [{name: 'usr/lib/sysimage/rpm/rpmdb.sqlite-wal'}, ''],
      [{name: 'var/lib/rpm', type: 'symlink', linkname: '../../usr/lib/sysimage/rpm'}],
    ),
    [['rpm', 'bash']],
  )
})

test('databases that imm does not read, or not whole, are an error and not an empty list', async (t) => {
  const unreadable = async (message: RegExp, ...entries: Entry[]) => {
    const image = await imageWith(entries, packageDatabase)
    t.throws(() => installedIn(image), {code: 'PACKAGES_UNREADABLE', message})
  }
  await unreadable(/Berkeley DB/, [{name: 'var/lib/rpm/Packages'}, 'x'])
  await unreadable(/NDB/, [{name: 'usr/lib/sysimage/rpm/Packages.db'}, 'x'])
  await unreadable(
    /interrupted/,
    [{name: 'var/lib/rpm/rpmdb.sqlite'}, database],
    [{name: 'var/lib/rpm/rpmdb.sqlite-wal'}, 'x'],
  )
})

test('a database that was too large to keep is an error and not an empty list', async (t) => {
  const image = await imageWith([[{name: 'var/lib/dpkg/status'}, stanza('a')]], () => undefined)
  t.throws(() => installedIn(image), {code: 'PACKAGES_UNREADABLE', message: /too large/})
})
