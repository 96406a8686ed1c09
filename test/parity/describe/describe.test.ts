import test from 'ava'

import {describeImage} from '../../../src/parity/describe/describe.ts'
import {wantedFiles} from '../../../src/parity/describe/wanted.ts'
import {readImage} from '../../../src/parity/image/read-image.ts'
import {type compressions, ociArchive, streamOf, tarOf, type Entry} from '../image/archives.ts'
import {sideOf} from './sides.ts'

const status = (...packages: string[]) =>
  packages.map((name) => `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n`).join('')

const base: Entry[] = [
  [{name: 'etc/os-release'}, 'ID=debian\nVERSION_ID=12\n'],
  [{name: 'var/lib/dpkg/status'}, status('libc6')],
]
const own: Entry[] = [
  [{name: 'var/lib/dpkg/status'}, status('libc6', 'openssl')],
  [{name: 'app/node'}, 'node 24'],
]
const config = {
  User: 'node',
  Cmd: ['node', 'server.js', '--token', 'abcdef0123'],
  Env: ['NODE_ENV=production', 'DB_PASSWORD=hunter2', 'AWAY='],
  Labels: {team: 'shop', 'api.key': 'hunter2', revision: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4'},
  Healthcheck: {Test: ['CMD-SHELL', 'curl -H "X-Api-Key: hunter2" localhost']},
}
const history = [
  {created: '2026-01-01T00:00:00Z', created_by: 'ADD rootfs.tar / # buildkit'},
  {created: '2026-01-01T00:00:01Z', created_by: 'CMD ["bash"]', empty_layer: true},
  {created: '2026-02-01T00:00:00Z', created_by: 'RUN apt-get install openssl'},
]

const runtimesOf = (image: {tree: {get(path: string): object | undefined}}) => ({
  runtimes: image.tree.get('/app/node') ? [{name: 'node', version: '24', path: '/app/node'}] : [],
  gaps: [],
})

test('an image is described with its system, packages and files, and those that its base alone has', async (t) => {
  const {image, gaps} = await sideOf([base, own], {config, history}, {runtimesOf})
  t.deepEqual(gaps, [])
  t.is(image.platform, 'linux/amd64')
  t.is(image.layers.length, 2)
  t.is(
    image.size,
    image.layers.reduce((sum, {size}) => sum + size, 0),
  )
  t.is(image.layers[1]?.createdBy, 'RUN apt-get install openssl')
  t.deepEqual(image.os, {id: 'debian', version: '12', name: 'debian'})
  t.deepEqual(
    image.packages[0]?.packages.map(({name}) => name),
    ['libc6', 'openssl'],
  )
  t.deepEqual(
    image.runtimes.map(({name}) => name),
    ['node'],
  )
  t.deepEqual(image.base, {
    created: '2026-01-01T00:00:00Z',
    layers: 1,
    by: 'history',
    os: {id: 'debian', version: '12', name: 'debian'},
    packages: [{manager: 'dpkg', packages: [{name: 'libc6', version: '1', architecture: 'amd64'}]}],
    runtimes: [],
  })
})

test('variables are in the order of names; secrets are in no part of a description', async (t) => {
  const {image} = await sideOf([base], {config})
  t.deepEqual(
    image.config.env.map(({name}) => name),
    ['AWAY', 'DB_PASSWORD', 'NODE_ENV'],
  )
  t.is(image.config.labels['revision'], config.Labels.revision)
  t.is(image.config.command.slice(0, 3).join(' '), 'node server.js --token')
  t.notRegex(JSON.stringify(image), /hunter2|abcdef0123/)
})

const commandOf = async (token: string) =>
  (await sideOf([base], {config: {Cmd: [`--token=${token}`], Labels: {token}}})).image.config

test('two secrets in a command or a label can be told apart', async (t) => {
  t.deepEqual(await commandOf('one1'), await commandOf('one1'))
  t.notDeepEqual((await commandOf('one1')).command, (await commandOf('two2')).command)
  t.notDeepEqual((await commandOf('one1')).labels, (await commandOf('two2')).labels)
})

test('packages that can’t be read are a gap, not an empty list that looks like the truth', async (t) => {
  const {image, gaps} = await sideOf([[[{name: 'var/lib/rpm/Packages'}, 'a Berkeley DB']]])
  t.deepEqual(image.packages, [])
  t.deepEqual(
    gaps.map(({part}) => part),
    ['packages'],
  )
  t.regex(gaps[0]?.reason ?? '', /Berkeley/)
})

const gap = (part: 'runtimes' | 'dependencies') => ({part, reason: 'it is broken'})

test('gaps of who reads runtimes and dependencies are passed on', async (t) => {
  const {gaps} = await sideOf(
    [base],
    {},
    {
      runtimesOf: () => ({runtimes: [], gaps: [gap('runtimes')]}),
      dependenciesOf: () => ({dependencies: [], gaps: [gap('dependencies')]}),
    },
  )
  t.deepEqual(gaps, [gap('runtimes'), gap('dependencies')])
})

test('how an image is compressed is in its description alone, and nothing else of it changes', async (t) => {
  const layers = [await tarOf(base), await tarOf(own)]
  const described = async (compression: keyof typeof compressions) => {
    const archive = await ociArchive({layers, config}, compression)
    return describeImage(await readImage(streamOf(archive), {wanted: wantedFiles()}, new AbortController().signal), {})
      .image
  }
  const [plain, gzip] = [await described('none'), await described('gzip')]
  t.is(gzip.layers[0]?.compression, 'gzip')
  t.not(plain.layers[0]?.digest, gzip.layers[0]?.digest)
  const without = (side: typeof plain) => ({...side, layers: [], manifest: ''})
  t.deepEqual(without(gzip), without(plain))
})

test('a base that is named and has no layers known is a gap', async (t) => {
  const labels = {'org.opencontainers.image.base.name': 'docker.io/library/node:24'}
  const {image, gaps} = await sideOf([base, own], {config: {Labels: labels}})
  t.deepEqual(image.base, {name: 'docker.io/library/node:24', layers: 0, by: 'label', packages: [], runtimes: []})
  t.deepEqual(
    gaps.map(({part}) => part),
    ['base'],
  )
})

test('what is wanted of an image is what any of them wants', (t) => {
  const wanted = wantedFiles(
    (path) => (path === '/a' ? 1 : undefined),
    (path) => (path === '/b' ? 2 : undefined),
  )
  t.deepEqual(['/a', '/b', '/c'].map(wanted), [1, 2, undefined])
  for (const path of ['/etc/os-release', '/var/lib/dpkg/status', '/etc/shadow']) t.true(Number(wanted(path)) > 0, path)
})

test('users and groups are who they are in the image, whatever else is in the files', async (t) => {
  const files: Entry[] = [
    [
      {name: 'etc/passwd'},
      'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1001::/home/node:/bin/sh\n\n# none\n+::::::\nbad:x:a:1\n',
    ],
    [{name: 'etc/group'}, 'root:x:0:\nnode:x:1001:node\n'],
  ]
  t.deepEqual((await sideOf([files], {config})).image.users, {
    users: [
      {name: 'root', id: 0, gid: 0},
      {name: 'node', id: 1000, gid: 1001},
    ],
    groups: [
      {name: 'root', id: 0},
      {name: 'node', id: 1001},
    ],
  })
  t.deepEqual((await sideOf([own], {config})).image.users, {users: [], groups: []})
})
