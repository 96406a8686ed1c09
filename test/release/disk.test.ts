import test from 'ava'
import * as fc from 'fast-check'

import {bytesOnlyIn, type SizedImage} from '../../src/release/disk.ts'

interface Layered {
  id: string
  layers: readonly {digest: string; bytes: number}[]
}

/** As an engine keeps them: a layer is shared where the whole chain below it is the same. `others` are images of nobody's business. */
const sized = (images: readonly Layered[], others: readonly Layered[] = []): SizedImage[] =>
  images.map((image) => {
    const shared = [...images, ...others]
      .filter((other) => other !== image)
      .map(({layers}) => {
        const differs = image.layers.findIndex(({digest}, at) => digest !== layers[at]?.digest)
        return sum(image.layers.slice(0, differs === -1 ? image.layers.length : differs))
      })
    return {
      id: image.id,
      layers: image.layers.map(({digest}) => digest),
      sizeBytes: sum(image.layers),
      sharedBytes: Math.max(0, ...shared),
    }
  })

const sum = (layers: Layered['layers']): number => layers.reduce((total, {bytes}) => total + bytes, 0)

/** What is really free then. */
const freed = (going: ReadonlySet<string>, images: readonly Layered[]): number => {
  const chains = (layered: readonly Layered[]) =>
    new Map(
      layered.flatMap(({layers}) =>
        layers.map(
          ({bytes}, at) =>
            [
              layers
                .slice(0, at + 1)
                .map(({digest}) => digest)
                .join(),
              bytes,
            ] as const,
        ),
      ),
    )
  const staying = chains(images.filter(({id}) => !going.has(id)))
  return [...chains(images.filter(({id}) => going.has(id)))]
    .filter(([chain]) => !staying.has(chain))
    .reduce((total, [, bytes]) => total + bytes, 0)
}

const layer = (digest: string, bytes: number) => ({digest, bytes})
const base = [layer('base', 1000), layer('npm', 300)]
const anchor: Layered = {id: 'anchor', layers: [...base, layer('copy', 50)]}
const delta = (id: string, bytes: number): Layered => ({id, layers: [...anchor.layers, layer(id, bytes)]})

test('a delta holds its one layer, told or untold', (t) => {
  const images = sized([anchor, delta('one', 5), delta('two', 7)])
  t.is(bytesOnlyIn(new Set(['one', 'two']), images), 12)
  t.is(
    bytesOnlyIn(
      new Set(['one', 'two']),
      images.map((image) => ({...image, sharedBytes: undefined})),
    ),
    12,
  )
})

test('layers that only those have that go count once', (t) => {
  const full = (id: string): Layered => ({id, layers: [...base, layer(id, 20)]})
  const other: Layered = {id: 'live', layers: [layer('base', 1000), layer('npm 2', 400), layer('live', 30)]}
  const node: Layered = {id: 'node', layers: [layer('base', 1000)]}
  const images = sized([full('one'), full('two'), node, other])
  t.is(bytesOnlyIn(new Set(['one', 'two']), images), 300 + 20 + 20)
  t.is(bytesOnlyIn(new Set(['one']), images), 20)
  t.is(bytesOnlyIn(new Set(['one', 'two', 'live', 'node']), images), 1000 + 300 + 40 + 430)
})

test('what an image of others has is not free', (t) => {
  const own: Layered = {id: 'own', layers: [...base, layer('copy', 50)]}
  const images = sized([own], [{id: 'node', layers: [layer('base', 1000)]}])
  t.is(bytesOnlyIn(new Set(['own']), images), 350)
})

test('where the engine tells nothing, an image counts from the last image of ours below it', (t) => {
  const images = sized([anchor, delta('one', 5), {id: 'else', layers: [layer('base', 1000), layer('x', 1)]}])
  const untold = images.map((image) => ({...image, sharedBytes: undefined}))
  t.is(bytesOnlyIn(new Set(['one', 'else']), untold), 5 + 1001)
})

test('images without a layer hold nothing', (t) => {
  t.is(bytesOnlyIn(new Set(['x']), [{id: 'x', layers: [], sizeBytes: 0, sharedBytes: 0}]), 0)
})

test('deltas on one anchor, whatever goes: exactly what is free then', (t) => {
  const sizes = fc.array(fc.nat(1000), {minLength: 1, maxLength: 8})
  fc.assert(
    fc.property(sizes, fc.array(fc.nat(7)), (bytes, picked) => {
      const images = [anchor, ...bytes.map((size, at) => delta(`d${at}`, size))]
      const going = new Set(picked.map((at) => `d${at}`))
      t.is(bytesOnlyIn(going, sized(images)), freed(going, images))
    }),
  )
})
