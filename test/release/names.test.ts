import test from 'ava'
import * as fc from 'fast-check'

import {imageReference} from '../../src/release/identity.ts'
import type {AppId, ReleaseName} from '../../src/release/identity.ts'
import {containerName, hostsOf, routesOf, slug, slugWithSuffix, volumeName} from '../../src/release/names.ts'

const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/
const text = fc.oneof(fc.string({unit: 'grapheme', maxLength: 200}), fc.string({maxLength: 200}))
const appId: fc.Arbitrary<AppId> = fc.record({
  project: text.map(slug),
  environment: text.map(slug),
  app: text.map(slug),
})
const release = fc.nat(1_000_000).map((number): ReleaseName => `r${number}-3fa9c1e`)

for (const [given, expected] of [
  ['shop', 'shop'],
  ['My Shop', 'my-shop'],
  ['feature/Login_Page', 'feature-login-page'],
  ['--a---b--', 'a-b'],
  ['Café Ünï', 'cafe-uni'],
  ['Größe Łódź Ærø', 'grosse-lodz-aero'],
  ['İstanbul', 'istanbul'],
  ['ﬁne ①', 'fine-1'],
  ['v1.2.3', 'v1-2-3'],
  ['', 'app'],
  ['店', 'app'],
  ['...', 'app'],
] as const)
  test(`makes ${expected} of ${JSON.stringify(given)}`, (t) => {
    t.is(slug(given), expected)
  })

test('makes a DNS label of any text, and leaves a label as it is', (t) => {
  fc.assert(
    fc.property(text, (given) => {
      const made = slug(given)
      t.regex(made, label)
      t.true(made.length <= 63)
      t.false(made.includes('--'))
      t.is(slug(made), made)
    }),
  )
})

test('cuts what is too long, never at a dash', (t) => {
  t.is(slug('a'.repeat(100)), 'a'.repeat(63))
  t.is(slug(`${'a'.repeat(62)}-b`), 'a'.repeat(62))
})

test('keeps the suffix of any text whole', (t) => {
  fc.assert(
    fc.property(text, fc.stringMatching(/^[0-9a-f]{4,32}$/), (given, suffix) => {
      const made = slugWithSuffix(given, suffix)
      t.regex(made, label)
      t.true(made.length <= 63)
      t.true(made.endsWith(`-${suffix}`))
    }),
  )
})

test('addresses main by the project and other environments below it', (t) => {
  t.deepEqual(hostsOf({project: 'shop', environment: 'main', app: 'app'}), ['shop.localhost'])
  t.deepEqual(hostsOf({project: 'shop', environment: 'login', app: 'app'}), ['login.shop.localhost'])
  t.deepEqual(hostsOf({project: 'shop', environment: 'main', app: 'api'}), ['api.main.shop.localhost'])
  t.deepEqual(hostsOf({project: 'shop', environment: 'main', app: 'web'}, true), [
    'shop.localhost',
    'web.main.shop.localhost',
  ])
})

test('routes of other environments are below their name, whatever the host', (t) => {
  const routes = [
    {host: undefined, path: '/api'},
    {host: 'a.test', path: '/'},
  ]
  const hosts = (environment: string) =>
    routesOf({project: 'shop', environment, app: 'web'}, routes).map(({host, path}) => host + path)
  t.deepEqual(hosts('main'), ['shop.localhost/api', 'a.test/'])
  t.deepEqual(hosts('login'), ['login.shop.localhost/api', 'login.a.test/'])
})

test('names containers and volumes so that people see whose they are', (t) => {
  const id = {project: 'my-shop', environment: 'main', app: 'web'}
  t.is(containerName(id, 'r12-3fa9c1e', 14), 'imm_my-shop_main_web_r12-3fa9c1e_g14')
  t.is(containerName(id, 'r12-3fa9c1e', 14, 2), 'imm_my-shop_main_web_r12-3fa9c1e_g14_2')
  t.is(volumeName(id, 'data'), 'imm_my-shop_main_web_data')
})

test('keeps all names within what engines take', (t) => {
  const name = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/
  const volume = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/)
  fc.assert(
    fc.property(appId, release, fc.nat(), volume, (id, of, generation, volumeOf) => {
      const container = containerName(id, of, generation)
      t.regex(container, name)
      t.true(container.length <= 128)
      t.true(container.endsWith(`_${of}_g${generation}`))
      t.regex(volumeName(id, volumeOf), name)
      t.true(volumeName(id, volumeOf).length <= 255)
    }),
  )
})

test('keeps image references within what registries take', (t) => {
  const repository = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/
  const tag = /^\w[\w.-]{0,127}$/
  fc.assert(
    fc.property(appId, fc.nat(999_999_999_999_999), (id, number) => {
      const [path = '', ending = '', ...more] = imageReference(id, `r${number}-3fa9c1e`).split(':')
      t.deepEqual(more, [])
      t.regex(path, repository)
      t.true(path.length <= 255)
      t.regex(ending, tag)
    }),
  )
})

test('never gives two apps, releases or volumes one name', (t) => {
  const part = fc.constantFrom('a', 'b', 'a-b', 'b-a', 'x'.repeat(63), `${'x'.repeat(62)}y`)
  const id = fc.record({project: part, environment: part, app: part})
  fc.assert(
    fc.property(id, id, (one, other) => {
      const same = one.project === other.project && one.environment === other.environment && one.app === other.app
      t.is(containerName(one, 'r1-3fa9c1e', 1) === containerName(other, 'r1-3fa9c1e', 1), same)
      t.is(volumeName(one, 'a_b') === volumeName(other, 'a_b'), same)
      t.is(volumeName(one, 'x'.repeat(63)) === volumeName(other, 'x'.repeat(63)), same)
    }),
  )
})
