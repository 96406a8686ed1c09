import test from 'ava'

import {baseLabels} from '../../src/release/base-labels.ts'

for (const [base, name] of [
  ['node', 'docker.io/library/node:latest'],
  ['node:24-slim', 'docker.io/library/node:24-slim'],
  ['team/shop:1', 'docker.io/team/shop:1'],
  ['localhost/shop', 'localhost/shop:latest'],
  ['localhost:5000/shop', 'localhost:5000/shop:latest'],
  ['registry.example/team/shop:1', 'registry.example/team/shop:1'],
] as const)
  test(`an image made from ${base} says ${name}, and no digest that an engine would have to know`, (t) => {
    t.deepEqual(baseLabels(base), {'org.opencontainers.image.base.name': name})
  })

test('a digest that the Dockerfile pins is said, too', (t) => {
  const digest = `sha256:${'1'.repeat(64)}`
  t.deepEqual(baseLabels(`node:24@${digest}`), {
    'org.opencontainers.image.base.name': 'docker.io/library/node:24',
    'org.opencontainers.image.base.digest': digest,
  })
  t.is(baseLabels(`node@${digest}`)['org.opencontainers.image.base.name'], 'docker.io/library/node')
})

test('an image made from nothing, or from what is not known, says nothing', (t) => {
  for (const base of [undefined, 'scratch', '']) t.deepEqual(baseLabels(base), {})
})
