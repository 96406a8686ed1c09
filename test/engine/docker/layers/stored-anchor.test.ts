import type {ServerResponse} from 'node:http'

import test, {type ExecutionContext} from 'ava'

import {anchorOf, ociTypes} from '../../../../src/engine/docker/layers/anchor.ts'
import {digestOf} from '../../../../src/engine/docker/layers/digest.ts'
import {load} from '../../../../src/engine/docker/layers/load.ts'
import {archiveOf} from '../../../../src/engine/docker/layers/tar.ts'
import {openClient} from '../../../../src/engine/docker/open.ts'
import {isImmError} from '../../../../src/errors.ts'
import type {Image} from '../../../../src/lifecycle/ports.ts'
import {fakeEngine} from '../../fake-engine.ts'

const signal = new AbortController().signal
const containerd = {DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']]}

const config = {
  architecture: 'amd64',
  os: 'linux',
  config: {Env: ['A=1'], OnBuild: ['RUN x']},
  rootfs: {type: 'layers', diff_ids: ['sha256:aa']},
}
const blobs = new Map<string, Buffer>()
const put = (value: unknown) => {
  const bytes = Buffer.from(JSON.stringify(value))
  blobs.set(digestOf(bytes), bytes)
  return {mediaType: 'x', digest: digestOf(bytes), size: bytes.length}
}
const layers = [{mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: 'sha256:gz', size: 123}]
put({schemaVersion: 2, mediaType: ociTypes.manifest, config: put(config), layers})
// Of another platform, and what is no manifest.
put({mediaType: 'y', config: put({...config, rootfs: {type: 'layers', diff_ids: ['sha256:bb']}}), layers})
put('text')
put([1])
const entries = [...blobs].map(([digest, bytes]) => [digest.replace('sha256:', 'blobs/sha256/'), bytes] as const)
const image = {id: 'sha256:ee', layers: ['sha256:aa'], onBuild: [] as string[]} as unknown as Image

const opened = async (t: ExecutionContext, answer: (path: string, response: ServerResponse) => void) => {
  const fake = await fakeEngine(
    (request, response) => {
      request.resume().once('end', () => answer(request.url ?? '', response))
    },
    false,
    containerd,
  )
  t.teardown(() => fake[Symbol.asyncDispose]())
  const candidate = {name: 'fake', endpoint: `unix://${fake.socketPath}`, tls: undefined}
  const options = {reach: undefined, builder: undefined, answerMs: 5000, platform: process.platform}
  return openClient(candidate, options, signal)
}

for (const [order, sorted] of [
  ['before', entries],
  ['after', entries.toReversed()],
] as const)
  test(`the descriptors of layers are read from an export, the manifest ${order} its config, and no further`, async (t) => {
    const closed = Promise.withResolvers<void>()
    const archive = await archiveOf(sorted)
    const client = await opened(t, (path, response) => {
      t.true(path.endsWith('/images/sha256:ee/get'), path)
      response.once('close', closed.resolve)
      // Without the archive's end: what comes after is the layers.
      response.write(archive.subarray(0, -1024))
    })
    t.is(client.store, 'containerd')
    t.deepEqual(await anchorOf(client, image), {config, mediaType: ociTypes.manifest, layers} as never)
    await closed.promise
  })

test('an export without the manifest is refused, and asked for again the next time', async (t) => {
  let asked = 0
  const other = await archiveOf([['a', '{}']])
  const client = await opened(t, (_, response) => {
    asked += 1
    response.end(other)
  })
  for (const times of [1, 2]) {
    const error = await t.throwsAsync(anchorOf(client, image))
    t.true(isImmError(error, 'LAYER_REFUSED'), String(error))
    t.is(asked, times)
  }
})

for (const [words, code] of [
  ['invalid layer', 'ENGINE_REFUSED'],
  ['write /x: no space left on device', 'ENGINE_DISK_FULL'],
] as const)
  test(`a load that begins as a success and then says "${words}" is ${code}`, async (t) => {
    const client = await opened(t, (_, response) => {
      response.end(`{"stream":"Loading"}\n{"errorDetail":{"message":"${words}"},"error":"${words}"}\n`)
    })
    const error = await t.throwsAsync(load(client, Buffer.from('archive'), 'imm/x/y:z'))
    t.true(isImmError(error, code), String(error))
  })
