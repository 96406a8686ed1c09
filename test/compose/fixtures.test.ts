import path from 'node:path'

import test from 'ava'

import {loadCompose} from '../../src/compose/load.ts'
import {root} from '../support/project.ts'

const services = {
  'compose-shop': ['web', 'migrate', 'db', 'cache'],
  'compose-queue': ['api', 'worker', 'redis'],
  'compose-site': ['nginx', 'web', 'api'],
}

for (const [fixture, names] of Object.entries(services))
  test(`${fixture} is read without a mistake or a warning`, async (t) => {
    const warnings: string[] = []
    const model = await loadCompose({
      directory: path.join(root, 'fixtures', fixture),
      files: [],
      profiles: [],
      env: {},
      signal: new AbortController().signal,
      warn: (message) => void warnings.push(message),
    })
    t.deepEqual(warnings, [])
    t.deepEqual(Object.keys(model?.services ?? {}), names)
  })

test('the images of the fixtures are variables with a default', async (t) => {
  const model = await loadCompose({
    directory: path.join(root, 'fixtures', 'compose-shop'),
    files: [],
    profiles: [],
    env: {POSTGRES_IMAGE: 'postgres:16', NODE_IMAGE: 'node:26'},
    signal: new AbortController().signal,
    warn: (message) => t.fail(message),
  })
  const {db, cache, web} = model?.services ?? {}
  t.like(db, {image: 'postgres:16'})
  t.like(cache, {image: 'redis:7'})
  t.like(web, {build: {args: {NODE_IMAGE: 'node:26'}}})
})
