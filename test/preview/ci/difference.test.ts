import test from 'ava'

import {differenceText, imageDifference} from '../../../src/preview/ci/difference.ts'

const image = (id: string, bytes: number, layers?: string[]) => ({id, bytes, layers})

test('layers are shared as far as both images begin with the same', (t) => {
  const {bytes, layers} = imageDifference(image('a', 120, ['1', '2', '3', '4']), image('b', 100, ['1', '9', '3']))
  t.is(bytes, 20)
  t.deepEqual(layers, {added: 3, removed: 2, kept: 1})
})

test('layers on top of the base image are new, and none is gone', (t) => {
  t.is(differenceText(image('a', 2500, ['1', '2']), image('b', 1000, ['1'])), '+1.5 kB, 1 layer new, 0 gone, 1 shared')
  t.is(differenceText(image('a', 1000, ['1']), image('b', 2500, ['1', '2'])), '-1.5 kB, 0 layers new, 1 gone, 1 shared')
})

test('of images whose layers nobody knows the size is compared', (t) => {
  t.is(differenceText(image('a', 512), image('b', 512, ['1'])), 'same size')
  t.is(differenceText(image('a', 0), image('b', 999_600)), '-1.0 MB')
})
