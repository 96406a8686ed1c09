import test from 'ava'
import {extract} from 'tar-stream'

import {type Anchor, dockerTypes, type ImageConfig} from '../../../../src/engine/docker/layers/anchor.ts'
import {dockerArchive, lowerPart, ociArchive, withLayer} from '../../../../src/engine/docker/layers/archives.ts'
import {digestOf} from '../../../../src/engine/docker/layers/digest.ts'

const ids = ['1', '2'].map((digit) => `sha256:${digit.repeat(64)}`)
const anchor: Anchor = {
  config: {
    architecture: 'arm64',
    variant: 'v8',
    os: 'linux',
    config: {Env: ['A=1'], Labels: {one: '1', two: '2'}, OnBuild: ['RUN x']},
    rootfs: {type: 'layers', diff_ids: ids},
  },
  mediaType: dockerTypes.manifest,
  layers: ids.map((_, index) => ({mediaType: 'gzip', digest: `blob${index}`, size: index})),
}
const layer = Buffer.from('layer')
const reference = 'imm/shop/web:x'

test('the config is the anchor’s with one layer, other labels and a time of its own', (t) => {
  const {created, history, ...config} = withLayer(anchor, layer, {two: 'new'}, 1e12)
  t.is(created, '2001-09-09T01:46:40.000Z')
  t.is((history as unknown[]).length, 3)
  t.deepEqual(config, {
    ...anchor.config,
    config: {Env: ['A=1'], Labels: {one: '1', two: 'new'}, OnBuild: ['RUN x']},
    rootfs: {type: 'layers', diff_ids: [...ids, digestOf(layer)]},
  })
})

test('the lower part of an image has its first layers, its platform and nothing to run', (t) => {
  t.like(lowerPart(anchor, 1, {a: 'b'}, 0), {
    architecture: 'arm64',
    variant: 'v8',
    config: {Labels: {a: 'b'}},
    rootfs: {type: 'layers', diff_ids: ids.slice(0, 1)},
  })
})

test('an archive for a store that knows layers by their content names all and holds the new one', async (t) => {
  const config = withLayer(anchor, layer, {}, 0)
  const files = await filesIn(await dockerArchive({config, layer, reference}))
  const [{Layers, RepoTags}] = JSON.parse(files.get('manifest.json') ?? '') as [{Layers: string[]; RepoTags: string[]}]
  t.deepEqual(RepoTags, [reference])
  t.is(Layers.length, 3)
  t.deepEqual(
    Layers.map((name) => files.get(name)),
    [undefined, undefined, 'layer'],
  )
  t.deepEqual(JSON.parse(files.get('config.json') ?? ''), config)
})

test('an OCI layout names the blobs that the store has, and holds the others under their digests', async (t) => {
  const config = withLayer(anchor, layer, {}, 0)
  const files = await filesIn(await ociArchive({config, layer, reference}, anchor))
  const {manifests} = JSON.parse(files.get('index.json') ?? '') as {manifests: Described[]}
  const manifest = blob(files, manifests[0]) as {config: Described; layers: Described[]}
  t.is(manifests[0]?.annotations?.['io.containerd.image.name'], `docker.io/${reference}`)
  t.deepEqual(blob(files, manifest.config), JSON.parse(JSON.stringify(config)))
  t.deepEqual(manifest.layers.slice(0, 2), anchor.layers as Described[])
  t.like(manifest.layers[2], {digest: digestOf(layer), size: 5, mediaType: dockerTypes.layer})
  t.is(files.get(`blobs/sha256/${digestOf(layer).slice(7)}`), 'layer')
})

test('an OCI layout of layers that the store has holds none', async (t) => {
  const config: ImageConfig = lowerPart(anchor, 1, {}, 0)
  const files = await filesIn(await ociArchive({config, layer: undefined, reference}, anchor))
  const {manifests} = JSON.parse(files.get('index.json') ?? '') as {manifests: Described[]}
  t.deepEqual((blob(files, manifests[0]) as {layers: Described[]}).layers, anchor.layers.slice(0, 1) as Described[])
  t.is([...files.keys()].filter((name) => name.startsWith('blobs/sha256/')).length, 2)
})

interface Described {
  digest: string
  size: number
  mediaType: string
  annotations?: Record<string, string>
}

const blob = (files: ReadonlyMap<string, string>, described: Described | undefined): unknown =>
  JSON.parse(files.get(`blobs/sha256/${described?.digest.slice('sha256:'.length)}`) ?? 'null')

const filesIn = async (archive: Buffer): Promise<Map<string, string>> => {
  const tar = extract()
  tar.end(archive)
  const files = new Map<string, string>()
  for await (const entry of tar) {
    const content = Buffer.concat(await Array.fromAsync(entry as AsyncIterable<Buffer>)).toString()
    if (entry.header.type === 'file') files.set(entry.header.name, content)
  }
  return files
}
