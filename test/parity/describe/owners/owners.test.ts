import test from 'ava'

import type {Entry} from '../../image/archives.ts'
import {rpmDatabase, rpmHeader} from '../../packages/rpm/databases.ts'
import {sideOf} from '../sides.ts'

const ownersIn = async (...layers: Record<string, string | Buffer | {to: string}>[]) => {
  const entries = layers.map((files) =>
    Object.entries(files).map(([name, content]): Entry => {
      if (typeof content === 'string' || Buffer.isBuffer(content)) return [{name}, content]
      return [{name, type: 'symlink', linkname: content.to}]
    }),
  )
  return Object.fromEntries((await sideOf(entries)).image.files.owners ?? [])
}

const curl = {
  'usr/lib/libcurl.so': 'x',
  'usr/bin/curl': 'x',
  lib: {to: 'usr/lib'},
  'var/lib/dpkg/info/curl:amd64.list': '/.\n/usr\n/usr/bin\n/usr/bin/curl\n/lib/libcurl.so\n/usr/share/gone\n',
}

test("dpkg's lists say whose a file is, also through a link, and nothing of what stands beside it", async (t) => {
  t.deepEqual(await ownersIn({...curl, 'usr/bin/server': 'own'}), {
    '/usr/bin/curl': 'curl',
    '/usr/lib/libcurl.so': 'curl',
  })
})

test('what another layer wrote in its place is of nobody', async (t) => {
  t.deepEqual(await ownersIn(curl, {'usr/bin/curl': 'own'}), {'/usr/lib/libcurl.so': 'curl'})
})

test('images without a package manager have the sums of files in the place of lists', async (t) => {
  const sums = `${'0'.repeat(32)}  usr/lib/libz.so\n`
  t.deepEqual(await ownersIn({'usr/lib/libz.so': 'x', 'var/lib/dpkg/status.d/zlib1g.md5sums': sums}), {
    '/usr/lib/libz.so': 'zlib1g',
  })
})

test('apk has all files in its one database, and owns what is of a layer in which that was written', async (t) => {
  const database = 'P:musl\nV:1\nF:lib\nR:libc.so\nF:etc\nR:musl.conf\n\nP:empty\nV:1\nF:srv\n\n'
  t.deepEqual(
    await ownersIn(
      {'lib/libc.so': 'x', 'etc/musl.conf': 'x', 'lib/apk/db/installed': database},
      {'etc/musl.conf': 'own'},
    ),
    {'/lib/libc.so': 'musl'},
  )
})

const rpm = (files: Record<string, string[]>) =>
  rpmDatabase([
    rpmHeader({name: 'zlib', version: '1', release: '1', files}),
    rpmHeader({name: 'key', version: '1', release: '1'}),
  ])

test('rpm has names, and for each the directory that it is in', async (t) => {
  t.deepEqual(
    await ownersIn({
      'usr/lib64/libz.so': 'x',
      'usr/share/zlib/a': 'x',
      'usr/lib64/own.so': 'x',
      'usr/lib/sysimage/rpm/rpmdb.sqlite': rpm({'/usr/lib64/': ['libz.so', 'gone.so'], '/usr/share/zlib/': ['a']}),
    }),
    {'/usr/lib64/libz.so': 'zlib', '/usr/share/zlib/a': 'zlib'},
  )
})

const packages = 'usr/local/lib/python3.12/site-packages'

test("what pip noted says whose a module is that has another name than its library, and the application's own is of nobody", async (t) => {
  const record =
    'yaml/__init__.py,sha256=x,1\n"yaml/a,b.py",,\n../../../bin/yamllint,,\nPyYAML-6.0.dist-info/RECORD,,\n'
  t.deepEqual(
    await ownersIn({
      [`${packages}/yaml/__init__.py`]: 'x',
      [`${packages}/yaml/a,b.py`]: 'x',
      [`${packages}/prices/__init__.py`]: 'x',
      'usr/local/bin/yamllint': 'x',
      [`${packages}/PyYAML-6.0.dist-info/RECORD`]: record,
    }),
    Object.fromEntries(
      [
        '/usr/local/bin/yamllint',
        `/${packages}/PyYAML-6.0.dist-info/RECORD`,
        `/${packages}/yaml/__init__.py`,
        `/${packages}/yaml/a,b.py`,
      ].map((path) => [path, 'pypi:pyyaml in /usr/local']),
    ),
  )
})

test('a broken database says nothing of files, and is told where its packages are read', async (t) => {
  const {image, gaps} = await sideOf([[[{name: 'usr/lib/sysimage/rpm/rpmdb.sqlite'}, 'SQLite']]])
  t.deepEqual([image.files.owners?.size, gaps.map(({part}) => part)], [0, ['packages']])
})
