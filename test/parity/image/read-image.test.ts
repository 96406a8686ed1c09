import test from 'ava'

import {type ImmError, isImmError} from '../../../src/errors.ts'
import {readImage, type ImageReading} from '../../../src/parity/image/read-image.ts'
import {fails} from '../fails.ts'
import {
  blobEntry,
  compressions,
  descriptorOf,
  dockerArchive,
  dockerEntries,
  indexEntry,
  layerOf,
  ociArchive,
  ociImage,
  sha256,
  streamOf,
  tarOf,
} from './archives.ts'

const never = new AbortController().signal

const read = (archive: Buffer, reading: ImageReading = {}, pieces?: number) =>
  readImage(streamOf(archive, pieces), reading, never)

const base = await layerOf({'etc/': null, 'etc/os-release': 'ID=debian\n', 'old.txt': 'old'})
const top = await layerOf({'.wh.old.txt': '', 'app/main.js': 'main'})
const image = {
  layers: [base, top],
  config: {
    User: 'node',
    WorkingDir: '/app',
    Entrypoint: null,
    Cmd: ['node', 'main.js'],
    Env: ['PATH=/bin', 'EMPTY=', 'EQUATION=a=b'],
    ExposedPorts: {'3000/tcp': {}},
    Labels: {team: 'shop'},
    Healthcheck: {Test: ['CMD', 'true'], Interval: 2_000_000_000, Timeout: 0},
  },
  history: [{created_by: 'ADD base'}, {created_by: 'ENV A=1', empty_layer: true}, {created_by: 'COPY app'}],
}

test('an archive of docker save is read: names, config, layers and the files that they come to', async (t) => {
  const facts = await read(await dockerArchive(image))
  t.deepEqual(facts.names, ['shop:1'])
  t.regex(facts.id, /^sha256:[0-9a-f]{64}$/)
  t.is(facts.platform, 'linux/amd64')
  t.is(facts.created, '2026-01-02T03:04:05Z')
  t.deepEqual(facts.config, {
    user: 'node',
    workdir: '/app',
    entrypoint: [],
    command: ['node', 'main.js'],
    env: new Map([
      ['PATH', '/bin'],
      ['EMPTY', ''],
      ['EQUATION', 'a=b'],
    ]),
    ports: ['3000/tcp'],
    volumes: [],
    labels: new Map([['team', 'shop']]),
    stopSignal: '',
    healthcheck: {
      test: ['CMD', 'true'],
      intervalMs: 2000,
      timeoutMs: undefined,
      startPeriodMs: undefined,
      startIntervalMs: undefined,
      retries: undefined,
    },
  })
  t.deepEqual(
    facts.layers.map(({diffId, compression, size, storedSize, createdBy}) => [
      diffId,
      compression,
      size,
      storedSize,
      createdBy,
    ]),
    [
      [`sha256:${sha256(base)}`, 'none', base.length, base.length, 'ADD base'],
      [`sha256:${sha256(top)}`, 'none', top.length, top.length, 'COPY app'],
    ],
  )
  t.deepEqual(
    [...facts.tree.all()].map(({path, kind, layer, sha256: digest}) => [path, kind, layer, digest]),
    [
      ['/app', 'directory', 1, undefined],
      ['/app/main.js', 'file', 1, sha256('main')],
      ['/etc', 'directory', 0, undefined],
      ['/etc/os-release', 'file', 0, sha256('ID=debian\n')],
    ],
  )
})

for (const compression of ['none', 'gzip', 'zstd'] as const)
  test(`an OCI layout with layers compressed by ${compression} gives the same facts`, async (t) => {
    const expected = await read(await dockerArchive(image))
    const facts = await read(await ociArchive(image, compression))
    t.is(facts.id, expected.id)
    t.deepEqual(facts.config, expected.config)
    t.deepEqual([...facts.tree.all()], [...expected.tree.all()])
    t.deepEqual(
      facts.layers.map(({diffId, compression: by, digest, storedSize}) => [diffId, by, digest, storedSize]),
      image.layers.map((layer) => {
        const stored = compressions[compression](layer)
        return [`sha256:${sha256(layer)}`, compression, `sha256:${sha256(stored)}`, stored.length]
      }),
    )
    t.regex(facts.manifest ?? '', /^sha256:/)
  })

for (const compression of ['gzip', 'zstd'] as const)
  test(`an archive that is compressed as a whole by ${compression} is read`, async (t) => {
    const archive = await dockerArchive(image)
    const facts = await read(compressions[compression](archive))
    t.deepEqual([...facts.tree.all()], [...(await read(archive)).tree.all()])
  })

test('it does not matter in which pieces an archive comes', async (t) => {
  const archive = await ociArchive(image, 'gzip')
  const expected = [...(await read(archive)).tree.all()]
  for (const pieces of [1, 7, 511, 512, 513, archive.length])
    t.deepEqual([...(await read(archive, {}, pieces)).tree.all()], expected, `pieces of ${pieces} bytes`)
})

const wanted = (path: string) => (path.startsWith('/usr/lib/') || path.startsWith('/etc/') ? 10 : undefined)

test('of the files that are wanted the content is kept, as the last layer has it, and found through links', async (t) => {
  const upper = await tarOf([
    [{name: 'etc/os-release', type: 'symlink', linkname: '../usr/lib/os-release'}],
    [{name: 'usr/lib/os-release'}, 'ID=alpine\n'],
    [{name: 'usr/lib/large'}, 'x'.repeat(11)],
  ])

  const facts = await read(await dockerArchive({layers: [base, upper]}), {wanted})
  t.is(facts.content('/etc/os-release')?.toString(), 'ID=alpine\n')
  t.is(facts.content('/usr/lib/large'), undefined, 'larger than what is to be kept')
  t.is(facts.content('/old.txt'), undefined, 'not wanted')
})

test('a layer that an archive has as a link to another is that other', async (t) => {
  const entries = dockerEntries({layers: [base, base]}).map((entry) =>
    entry[0].name === 'layer1/layer.tar'
      ? ([{name: 'layer1/layer.tar', type: 'symlink', linkname: '../layer0/layer.tar'}] as const)
      : entry,
  )
  t.is((await read(await tarOf(entries))).layers.length, 2)
})

const other = {layers: [top], names: ['other:2']}

test('of several images the one that is named is read; without a name the error lists them', async (t) => {
  const manifestsOf = (each: typeof other) => JSON.parse(String(dockerEntries(each).at(-1)?.[1])) as object[]
  const second = {...other, layers: [base]}
  const entries = [
    ...dockerEntries(second).slice(0, -1),
    [
      {name: 'manifest.json'},
      JSON.stringify([...manifestsOf(second), ...manifestsOf({...second, names: ['shop:latest']})]),
    ] as const,
  ]
  const archive = await tarOf(entries)
  for (const name of ['shop', 'docker.io/library/shop:latest', 'other:2'])
    t.is((await read(archive, {choice: {name}})).layers.length, 1)
  const error = await t.throwsAsync(read(archive))
  t.true(isImmError(error, 'IMAGE_NOT_IN_ARCHIVE'))
  t.deepEqual((error as ImmError).output, ['other:2 for linux/amd64', 'shop:latest for linux/amd64'])
  await fails(t, read(archive, {choice: {name: 'absent'}}), 'IMAGE_NOT_IN_ARCHIVE', /no image absent/)
})

test('of an image for many platforms the wanted one is read, attestations passed over', async (t) => {
  const amd = ociImage(image)
  const arm = ociImage(other)
  const proof = ociImage({layers: [await layerOf({proof: ''})]})
  const absent = Buffer.from('not in the archive')
  const index = Buffer.from(
    JSON.stringify({
      manifests: [
        {...amd.descriptor, platform: {os: 'linux', architecture: 'amd64'}},
        {...arm.descriptor, platform: {os: 'linux', architecture: 'arm64', variant: 'v8'}},
        {...proof.descriptor, platform: {os: 'unknown', architecture: 'unknown'}},
        {...descriptorOf(absent), platform: {os: 'linux', architecture: 's390x'}},
      ],
    }),
  )
  const archive = await tarOf([
    indexEntry([{...descriptorOf(index), annotations: {'io.containerd.image.name': 'docker.io/library/shop:1'}}]),
    blobEntry(index),
    ...amd.entries,
    ...arm.entries,
    ...proof.entries,
  ])
  const facts = await read(archive, {choice: {name: 'shop:1', platform: 'linux/arm64'}})
  t.is(facts.layers[0]?.diffId, `sha256:${sha256(top)}`)
  await fails(t, read(archive), 'IMAGE_NOT_IN_ARCHIVE', /several/)
  await fails(
    t,
    read(archive, {choice: {platform: 'linux/s390x'}}),
    'IMAGE_NOT_IN_ARCHIVE',
    /no image for linux\/s390x/,
  )
})

test('reading ends when it is asked to', async (t) => {
  const stop = new AbortController()
  const archive = await ociArchive(image, 'gzip')
  const reason = new Error('enough')
  const endless = async function* () {
    yield archive.subarray(0, 2048)
    stop.abort(reason)
    yield archive.subarray(2048)
  }
  t.is(await t.throwsAsync(readImage(endless(), {}, stop.signal)), reason)
})

test('a platform that the image is not for is an error, also where the archive has it in the config alone', async (t) => {
  const archive = await dockerArchive(image)
  t.is((await read(archive, {choice: {platform: 'linux/amd64'}})).platform, 'linux/amd64')
  await t.throwsAsync(read(archive, {choice: {platform: 'linux/arm64'}}), {code: 'IMAGE_NOT_IN_ARCHIVE'})
  const layout = await ociArchive(image, 'gzip')
  t.is((await read(layout, {choice: {platform: 'linux/amd64'}})).platform, 'linux/amd64')
  await t.throwsAsync(read(layout, {choice: {platform: 'linux/arm64'}}), {code: 'IMAGE_NOT_IN_ARCHIVE'})
})

test('of images whose index names no platform the wanted one is found by its config', async (t) => {
  const amd = ociImage(image)
  const arm = ociImage({...other, top: {architecture: 'arm64', variant: 'v8'}})
  const layout = await tarOf([indexEntry([amd.descriptor, arm.descriptor]), ...amd.entries, ...arm.entries])
  for (const platform of ['linux/arm64', 'linux/arm64/v8'])
    t.is((await read(layout, {choice: {platform}})).platform, 'linux/arm64/v8')
  t.is((await read(layout, {choice: {platform: 'linux/amd64'}})).platform, 'linux/amd64')
  await fails(t, read(layout, {choice: {platform: 'linux/arm64/v7'}}), 'IMAGE_NOT_IN_ARCHIVE', /linux\/arm64\/v7/)
  await fails(t, read(layout), 'IMAGE_NOT_IN_ARCHIVE', /several/)
})
