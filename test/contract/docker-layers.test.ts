import type {TestFn} from 'ava'

import {image} from '../../src/engine/docker/images.ts'
import {putLayer} from '../../src/engine/docker/layers/put-layer.ts'
import {openClient} from '../../src/engine/docker/open.ts'
import {isImmError} from '../../src/errors.ts'
import {tarOf} from '../support/memory-engine/tar.ts'
import {test as anyTest} from '../support/one-by-one.ts'
import {baseImage, noBaseImage} from './engine-base-image.ts'
import {dockerSocket, noDocker} from './engine-docker.ts'
import {everyInstruction, imageOf, keepsConfig, seesTheImageAlone, signal} from './layer-config.ts'

const reason = (await noDocker()) ?? (await noBaseImage())
const test = (reason === undefined ? anyTest : anyTest.skip) as TestFn
if (reason !== undefined) anyTest.skip(`layers on Docker: not run, because ${reason}`, () => {})

const open =
  (builder?: 'classic') => async (): Promise<{client: Awaited<ReturnType<typeof openClient>>; base: string}> => {
    const candidate = {name: 'Docker', endpoint: `unix://${dockerSocket}`, tls: undefined}
    const options = {reach: undefined, builder, answerMs: 10_000, platform: process.platform}
    return {client: await openClient(candidate, options, signal), base: await baseImage(dockerSocket)}
  }

if (reason === undefined) {
  const rest = 'SHELL ["/bin/sh", "-ec"]\n'
  const onBuild = 'ONBUILD COPY . /work\nONBUILD RUN true\n'
  keepsConfig(test, 'a loaded layer leaves the config as it was', open(), 'load', everyInstruction + rest + onBuild)
  keepsConfig(test, 'a layer built by BuildKit leaves the config as it was', open(), 'build', everyInstruction + rest)
  keepsConfig(
    test,
    'a layer built by the classic builder leaves the config as it was',
    open('classic'),
    'build',
    everyInstruction + rest,
  )

  seesTheImageAlone(test, open())

  test.serial('a layer is not built on an image whose ONBUILD instructions the build would carry out', async (t) => {
    const {client, base} = await open()()
    await using anchor = await imageOf(client, base, onBuild)
    const reference = `${anchor.image.references[0]}-layer`
    const request = {anchor: anchor.image, layer: tarOf({file: ''}), labels: {}, reference}
    const error = await t.throwsAsync(putLayer(client, 'build', request, signal))
    t.true(isImmError(error, 'LAYER_REFUSED'), String(error))
    t.is(await image(client, reference, signal), undefined)
  })

  test.serial('an OCI layout is refused by a store that knows none, and nothing stays', async (t) => {
    const {client, base} = await open()()
    await using anchor = await imageOf(client, base, 'ENV A=1\n')
    const reference = `${anchor.image.references[0]}-layer`
    const request = {anchor: anchor.image, layer: tarOf({file: ''}), labels: {}, reference}
    const error = await t.throwsAsync(putLayer(client, 'oci', request, signal))
    t.true(isImmError(error, 'LAYER_REFUSED'), String(error))
    t.is(await image(client, reference, signal), undefined)
  })
}
