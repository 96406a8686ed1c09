import test from 'ava'

import {sectionKeys} from '../../src/config/section-keys.ts'
import {suggest} from '../../src/config/suggest.ts'

const known = sectionKeys[''] ?? []

for (const [key, meant] of [
  ['prot', 'port'],
  ['helth', 'health'],
  ['envfile', 'envFile'],
  ['env_file', 'envFile'],
  ['Build', 'build'],
  ['volume', 'volumes'],
  ['environment', 'env'],
  ['ports', 'port'],
  ['healthcheck', 'health'],
] as const) {
  test(`takes ${key} for ${meant}`, (t) => {
    t.is(suggest(key, known), meant)
  })
}

test('suggests nothing that is far away', (t) => {
  t.is(suggest('services', known), undefined)
  t.is(suggest('x', known), undefined)
})

test('suggests only keys of the same map', (t) => {
  t.is(suggest('ports', sectionKeys['watch'] ?? []), undefined)
})
