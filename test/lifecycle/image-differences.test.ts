import test from 'ava'

import {configDifferences, fileDifferences} from '../../src/lifecycle/image-differences.ts'
import type {ImageFile} from '../../src/lifecycle/ports.ts'

const file = (path: string, other: Partial<ImageFile> = {}): ImageFile => ({
  path,
  kind: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtimeMs: 0,
  size: 1,
  content: 'aa',
  xattrs: {},
  ...other,
})

async function* held(...files: ImageFile[]): AsyncGenerator<ImageFile> {
  yield* files
}

test('the same files in another order and with other times are no difference', async (t) => {
  const full = held(file('/a'), file('/b', {xattrs: {x: '1', y: '2'}}))
  const release = held(file('/b', {xattrs: {y: '2', x: '1'}, mtimeMs: 5}), file('/a', {mtimeMs: 7}))
  t.deepEqual(await fileDifferences(full, release), {files: 2, differences: []})
})

const cases: [string, Partial<ImageFile>, Partial<ImageFile>, string][] = [
  ['content', {}, {content: 'bb'}, 'other content'],
  ['mode', {}, {mode: 0o4755}, 'mode 644, and 4755 in the release'],
  ['owner', {}, {uid: 1000, gid: 50}, 'owner 0:0, and 1000:50 in the release'],
  ['group', {}, {gid: 50}, 'owner 0:0, and 0:50 in the release'],
  ['link', {kind: 'link', content: 'a'}, {kind: 'link', content: 'b'}, 'link to a, and b in the release'],
  ['kind', {}, {kind: 'directory', content: ''}, 'a file, and directory in the release'],
  ['xattr', {}, {xattrs: {'user.x': '1'}}, 'xattrs none, and user.x="1" in the release'],
]
for (const [name, one, other, what] of cases)
  test(`another ${name} is a difference`, async (t) => {
    const {differences} = await fileDifferences(held(file('/a', one)), held(file('/a', other)))
    t.deepEqual(differences, [{path: '/a', what}])
  })

test('what only one of them has is a difference, listed by path', async (t) => {
  const {files, differences} = await fileDifferences(held(file('/z'), file('/b')), held(file('/a'), file('/b')))
  t.is(files, 2)
  t.deepEqual(differences, [
    {path: '/a', what: 'only in the release'},
    {path: '/z', what: 'not in the release'},
  ])
})

test('several things of one file are told in one line', async (t) => {
  const {differences} = await fileDifferences(held(file('/a')), held(file('/a', {content: 'b', mode: 0o600})))
  t.deepEqual(differences, [{path: '/a', what: 'other content; mode 644, and 600 in the release'}])
})

test('what builders write in different ways for nothing is no difference', (t) => {
  const full = {Cmd: null, Volumes: {}, OnBuild: [], User: '', WorkingDir: '/', Labels: null}
  t.deepEqual(configDifferences(full, {WorkingDir: '', Image: 'sha256:1', Hostname: 'x'}), [])
  t.deepEqual(configDifferences({Volumes: {'/a': {}, '/b': {}}}, {Volumes: {'/b': {}, '/a': {}}}), [])
})

test('labels of imm and the revision are no difference, all others are', (t) => {
  const full = {Labels: {'imm.snapshot': '1', 'org.opencontainers.image.revision': 'a', tier: 'web'}}
  const release = {Labels: {'imm.owner': 'x', 'imm.snapshot': '1', tier: 'api', extra: ''}}
  t.deepEqual(configDifferences(full, release), [{path: 'config Labels tier', what: '"web", and "api" in the release'}])
})

for (const field of 'Env Cmd Entrypoint WorkingDir User ExposedPorts Volumes Healthcheck StopSignal Shell OnBuild'.split(
  ' ',
))
  test(`another ${field} is a difference`, (t) => {
    const value = field === 'Env' ? ['A=1'] : field === 'WorkingDir' ? '/app' : {x: 1}
    t.deepEqual(configDifferences({[field]: value}, {}), [
      {path: `config ${field}`, what: `${JSON.stringify(value)}, and nothing in the release`},
    ])
  })
