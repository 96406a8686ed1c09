import test from 'ava'

import {betweenImages, outline} from '../found.ts'

const platforms = (a: string, b: string) => outline(betweenImages({platform: a}, {platform: b}))

test('a variant that the architecture means by itself is no other platform, another one is', (t) => {
  t.deepEqual(platforms('linux/arm64', 'linux/arm64/v8'), [])
  t.deepEqual(platforms('linux/amd64/v1', 'linux/amd64'), [])
  t.deepEqual(platforms('linux/arm/v7', 'linux/arm'), [])
  t.deepEqual(platforms('linux/arm/v6', 'linux/arm'), ['image.platform platform'])
  t.deepEqual(platforms('linux/arm64', 'linux/arm64/v9'), ['image.platform platform'])
  t.deepEqual(platforms('linux/amd64', 'linux/amd64/v3'), ['image.platform platform'])
})
