import test from 'ava'

import {readImage} from '../../../src/parity/image/read-image.ts'
import {layerFindingsOf} from '../../../src/parity/lint/layers.ts'
import {secretScan} from '../../../src/parity/secrets/scan/scan.ts'
import {dockerArchive, layerOf, ociArchive, streamOf} from '../image/archives.ts'
import {madeSecrets} from '../secrets/scan/made-secrets.ts'

const token = madeSecrets['GitHub token'] ?? ''

const layers = async () => [
  await layerOf({'app/token': token, 'app/.env': `GITHUB=${token}`, 'app/.git/HEAD': 'ref'}),
  await layerOf({'app/.wh.token': '', 'app/kept': token}),
  await layerOf({'app/.env': 'A=1', 'var/lib/apt/lists/x': 'list', 'app/other': 'nothing'}),
]

for (const [form, archive] of Object.entries({
  docker: async () => dockerArchive({layers: await layers()}),
  'OCI with gzip': async () => ociArchive({layers: await layers()}, 'gzip'),
}))
  test(`${form}: secrets are found in every layer, with the later one that hides them`, async (t) => {
    const scan = secretScan()
    const image = await readImage(streamOf(await archive()), {inspect: scan.inspect}, new AbortController().signal)
    const {secrets, files} = layerFindingsOf(image, scan)
    t.deepEqual(
      secrets.map(({path, layer, gone, kind}) => [path, layer, gone, kind]),
      [
        ['/app/token', 0, 1, 'GitHub token'],
        ['/app/.env', 0, 2, 'GitHub token'],
        ['/app/kept', 1, undefined, 'GitHub token'],
      ],
    )
    t.deepEqual(
      files.map(({path, layer, gone}) => [path, layer, gone]),
      [
        ['/app/.git/HEAD', 0, undefined],
        ['/app/.env', 2, undefined],
        ['/var/lib/apt/lists/x', 2, undefined],
      ],
    )
    t.false(JSON.stringify({secrets, files}).includes(token.slice(0, 6)))
  })

test('the instructions that made the layers are looked at, where the image says them', async (t) => {
  const history = [
    {created_by: 'FROM nothing'},
    {created_by: 'ENV A=1', empty_layer: true},
    {created_by: `RUN |1 GITHUB=${token} /bin/sh -c npm ci # buildkit`},
  ]
  const archive = await dockerArchive({layers: [await layerOf({a: ''}), await layerOf({b: ''})], history})
  const scan = secretScan()
  const image = await readImage(streamOf(archive), {inspect: scan.inspect}, new AbortController().signal)
  t.deepEqual(layerFindingsOf(image, scan).history, [{layer: 1, kind: 'build argument GITHUB', shown: 'ghp_…'}])
})

test('what a directory that is deleted, emptied or replaced had is gone with it', async (t) => {
  for (const later of [{'.wh.app': ''}, {'app/.wh..wh..opq': ''}, {app: 'a file'}]) {
    const scan = secretScan()
    const archive = await dockerArchive({layers: [await layerOf({'app/sub/token': token}), await layerOf(later)]})
    const image = await readImage(streamOf(archive), {inspect: scan.inspect}, new AbortController().signal)
    t.deepEqual(
      layerFindingsOf(image, scan).secrets.map(({path, gone}) => [path, gone]),
      [['/app/sub/token', 1]],
    )
  }
})
