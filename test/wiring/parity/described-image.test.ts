import test from 'ava'

import type {Image} from '../../../src/lifecycle/ports.ts'
import {describedImage} from '../../../src/wiring/parity/described-image.ts'
import {fails} from '../../parity/fails.ts'
import {dockerArchive, layerOf, sha256} from '../../parity/image/archives.ts'

const signal = new AbortController().signal

/** An archive as an engine sends it, and whether the engine was told that it may stop. */
const sent = (bytes: Buffer) => {
  const state = {ended: false}
  const parts = async function* () {
    try {
      for (let at = 0; at < bytes.length; at += 512) yield bytes.subarray(at, at + 512)
    } finally {
      state.ended = true
    }
  }
  return {state, archive: parts()}
}

const imageOf = (references: readonly string[], layers: readonly Buffer[]): Image => ({
  id: 'sha256:0',
  references,
  labels: {},
  exposedPorts: [],
  hasHealthcheck: false,
  createdMs: Date.UTC(2026, 0, 1),
  sizeBytes: 0,
  layers: layers.map((layer) => `sha256:${sha256(layer)}`),
  workingDir: '/',
  env: {},
  onBuild: [],
})

test('the base is the image that the engine has of its lowest layers, by the name that people gave it', async (t) => {
  const [below, own] = [await layerOf({'etc/base': 'x'}), await layerOf({'app/own': 'y'})]
  const {archive, state} = sent(await dockerArchive({layers: [below, own]}))
  const others = [
    imageOf(['imm/a/b:main-r1-0000000', 'imm-base/node:local'], [below]),
    imageOf(['shop:1'], [below, own]),
  ]
  const {image} = await describedImage(archive, {choice: {}, others}, signal)
  t.like(image.base, {name: 'imm-base/node:local', layers: 1, by: 'engine'})
  t.true(state.ended)
})

test('an archive that makes no sense is an error, and whoever sends it is told to end', async (t) => {
  const {archive, state} = sent(Buffer.from('no archive at all'.repeat(1000)))
  await fails(t, describedImage(archive, {choice: {}, others: []}, signal), 'ARCHIVE_DAMAGED', /no tar archive/)
  t.true(state.ended)
})
