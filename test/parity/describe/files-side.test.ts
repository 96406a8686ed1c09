import test from 'ava'

import type {FilesSide} from '../../../src/parity/facts.ts'
import type {Entry} from '../image/archives.ts'
import {sideOf} from './sides.ts'

const filesOf = async (...layers: (readonly Entry[])[]): Promise<FilesSide> => (await sideOf(layers)).image.files

const directory = (name: string, more: object = {}): Entry => [{name, type: 'directory', mode: 0o755, ...more}]
const file = (name: string, content: string, more: object = {}): Entry => [{name, mode: 0o644, ...more}, content]

const app = [directory('app'), file('app/a.js', 'a'), file('app/b.js', 'b')]

test('files are the same whenever they were made, and however they are split into layers', async (t) => {
  const one = await filesOf(app)
  t.is(one.count, 4, 'the root, a directory and two files')
  const late = new Date(1e12)
  const later = app.map(([header, ...content]): Entry => [{...header, mtime: late}, ...content])
  t.is((await filesOf(later)).digest, one.digest)
  t.is((await filesOf([...later.slice(0, 1), ...later.slice(1).toReversed()])).digest, one.digest)
  t.is((await filesOf(app.slice(0, 2), app.slice(2))).digest, one.digest)
  t.is(
    (await filesOf([file('app/b.js', 'old'), file('app/c', 'c')], [...app, file('app/.wh.c', '')])).digest,
    one.digest,
  )
  // A layer may leave out the directories that it has something in.
  t.is((await filesOf(app.slice(1))).digest, one.digest)
})

for (const [what, entries] of Object.entries({
  content: [...app.slice(0, 2), file('app/b.js', 'c')],
  name: [...app.slice(0, 2), file('app/c.js', 'b')],
  mode: [...app.slice(0, 2), file('app/b.js', 'b', {mode: 0o755})],
  owner: [...app.slice(0, 2), file('app/b.js', 'b', {uid: 1000})],
  group: [...app.slice(0, 2), file('app/b.js', 'b', {gid: 50})],
  capability: [...app.slice(0, 2), file('app/b.js', 'b', {pax: {'SCHILY.xattr.security.capability': 'x'}})],
  kind: [...app.slice(0, 2), [{name: 'app/b.js', type: 'symlink', linkname: 'a.js'}] as const],
  "directory's mode": [directory('app', {mode: 0o700}), ...app.slice(1)],
  'missing file': app.slice(0, 2),
}) as [string, Entry[]][])
  test(`another ${what} of one is another digest`, async (t) => {
    t.not((await filesOf(entries)).digest, (await filesOf(app)).digest)
  })

const link = (linkname: string): Entry => [{name: 'current', type: 'symlink', linkname}]

test('another target of a link is another digest', async (t) => {
  t.not((await filesOf([link('v1')])).digest, (await filesOf([link('v2')])).digest)
})

const build = (stamp: string) =>
  filesOf([
    ...app,
    directory('var/log'),
    file('app/__pycache__/a.cpython-312.pyc', stamp),
    file('etc/machine-id', stamp),
    file('etc/passwd-', stamp),
    file('root/.npm/_logs/debug.log', stamp),
    file('tmp/compile-cache/x', stamp),
    file('var/cache/ldconfig/aux-cache', stamp),
    file('var/lib/apt/lists/deb_InRelease', stamp),
    file('var/lib/dpkg/status-old', stamp),
    file('var/log/apt/history.log', stamp),
  ])

test('what differs between two builds and means nothing is left out', async (t) => {
  const [monday, tuesday] = [await build('monday'), await build('tuesday')]
  t.is(monday.digest, tuesday.digest)
  t.true(
    monday.list?.some(({path}) => path === '/var/log'),
    'the directory itself counts',
  )
  t.false(monday.list?.some(({path}) => path.startsWith('/var/log/')))
  t.is(monday.list?.length, monday.count)
})

test('directories that the engine mounts over are left out, as a build leaves them empty where the base has none', async (t) => {
  const built = await filesOf([...app, ...['dev', 'proc', 'sys'].map((name) => directory(name, {mode: 0o700}))])
  t.is(built.digest, (await filesOf(app)).digest)
  t.is(built.count, (await filesOf(app)).count)
})

test('what is no directory where the engine mounts counts, as no container starts over it', async (t) => {
  const linked = await filesOf([...app, [{name: 'proc', type: 'symlink', linkname: 'app'}]])
  t.not(linked.digest, (await filesOf(app)).digest)
})

const shadow = (password: string, day: string) =>
  filesOf([file('etc/shadow', `root:*:19000:0:99999:7:::\napp:${password}:${day}:0:99999:7:::\n`)])

test('of the file with the passwords the day is left out on which each was set, and nothing else', async (t) => {
  const {digest} = await shadow('!', '20000')
  t.is((await shadow('!', '20001')).digest, digest)
  t.not((await shadow('', '20000')).digest, digest)
})

test('a label that SELinux put on a file is no part of it', async (t) => {
  const labelled = file('app/b.js', 'b', {pax: {'SCHILY.xattr.security.selinux': 'container_file_t'}})
  t.is((await filesOf([...app.slice(0, 2), labelled])).digest, (await filesOf(app)).digest)
})

test('the root itself counts, and which device a file stands for', async (t) => {
  const root = (mode: number) => filesOf([directory('./', {mode}), ...app])
  t.not((await root(0o700)).digest, (await root(0o755)).digest)
  t.is((await root(0o755)).digest, (await filesOf(app)).digest)
  const device = (type: 'character-device' | 'block-device', devminor: number) =>
    filesOf([[{name: 'jail/null', type, devmajor: 1, devminor}]])
  const {digest} = await device('character-device', 3)
  t.not((await device('character-device', 5)).digest, digest)
  t.not((await device('block-device', 3)).digest, digest)
})

test('a link is the same however the place is written that it leads to', async (t) => {
  t.is((await filesOf([link('v1')])).digest, (await filesOf([link('/v1')])).digest)
})

test('a directory that is left over counts, one that no layer mentions and that has but a cache in it does not', async (t) => {
  const emptied = await filesOf([...app, file('data/x', 'x')], [file('data/.wh.x', '')])
  t.true(emptied.list?.some((fact) => fact.path === '/data'))
  const {digest} = await filesOf(app)
  t.not(emptied.digest, digest)
  t.is((await filesOf([...app, file('root/.cache/pip/http/x', 'x')])).digest, digest)
  t.not((await filesOf([...app, directory('root/'), file('root/.cache/pip/http/x', 'x')])).digest, digest)
})

test('each directory has a digest, two levels deep, that only what is in it changes', async (t) => {
  const before = await filesOf([...app, file('usr/lib/x/y/z', 'z'), file('etc/x', 'x')])
  const after = await filesOf([...app, file('usr/lib/x/y/z', 'other'), file('etc/x', 'x')])
  t.deepEqual(
    before.directories?.map(({path, count}) => [path, count]),
    [
      ['/', 4],
      ['/app', 2],
      ['/etc', 1],
      ['/usr', 1],
      ['/usr/lib', 3],
    ],
  )
  t.deepEqual(
    before.directories?.filter(({digest}, at) => digest !== after.directories?.[at]?.digest).map(({path}) => path),
    ['/usr/lib'],
  )
})
