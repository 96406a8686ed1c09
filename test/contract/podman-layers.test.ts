import type {TestFn} from 'ava'

import type {Client} from '../../src/engine/docker/client.ts'
import {putLayer} from '../../src/engine/docker/layers/put-layer.ts'
import {openClient} from '../../src/engine/docker/open.ts'
import {hasTriggers} from '../../src/engine/docker/triggers.ts'
import {isImmError} from '../../src/errors.ts'
import {tarOf} from '../support/memory-engine/tar.ts'
import {test as anyTest} from '../support/one-by-one.ts'
import {baseImage, noBaseImage} from './engine-base-image.ts'
import {noPodman, podmanService} from './engine-podman.ts'
import {everyInstruction, imageOf, keepsConfig, seesTheImageAlone, signal} from './layer-config.ts'

const reason = (await noPodman()) ?? (await noBaseImage())
const test = (reason === undefined ? anyTest : anyTest.skip) as TestFn
if (reason !== undefined) anyTest.skip(`layers on Podman: not run, because ${reason}`, () => {})

if (reason === undefined) {
  const opened = Promise.withResolvers<{client: Client; base: string}>()
  const undo = new AsyncDisposableStack()
  const open = () => opened.promise

  test.before(async () => {
    const {socketPath} = undo.use(await podmanService())
    const candidate = {name: 'Podman', endpoint: `unix://${socketPath}`, tls: undefined}
    const options = {reach: undefined, builder: undefined, answerMs: 60_000, platform: process.platform}
    opened.resolve({client: await openClient(candidate, options, signal), base: await baseImage(socketPath)})
  })
  test.after.always(() => undo.disposeAsync())

  keepsConfig(test, 'a layer in an OCI layout leaves the config as it was', open, 'oci', everyInstruction)
  keepsConfig(test, 'a layer built by Podman leaves the config as it was', open, 'build', everyInstruction)

  seesTheImageAlone(test, open)

  for (const [instructions, named] of [
    ['SHELL ["/bin/sh", "-ec"]\n', 'SHELL'],
    ['ONBUILD RUN true\n', 'ONBUILD'],
  ] as const)
    test.serial(`what the engine keeps to itself (${named}) is no image to put a layer on`, async (t) => {
      const {client, base} = await open()
      await using anchor = await imageOf(client, base, instructions)
      const reference = `${anchor.image.references[0]}-layer`
      const request = {anchor: anchor.image, layer: tarOf({file: ''}), labels: {}, reference}
      const error = await t.throwsAsync(putLayer(client, 'oci', request, signal))
      t.true(isImmError(error, 'LAYER_REFUSED'), String(error))
      t.true(error.message.includes(named), error.message)
    })

  test.serial('ONBUILD instructions are known, although the engine tells them in the history alone', async (t) => {
    const {client, base} = await open()
    await using image = await imageOf(client, base, 'ONBUILD COPY . /work\nONBUILD RUN true\n')
    t.deepEqual(image.image.onBuild, ['COPY . /work', 'RUN true'])
    t.true(await hasTriggers(client, image.image.references[0] ?? '', signal))
  })
}
