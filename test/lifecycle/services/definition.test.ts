import test from 'ava'

import type {Image} from '../../../src/lifecycle/ports.ts'
import {definitionOf, hasHealthcheck} from '../../../src/lifecycle/services/definition.ts'
import type {ServiceSpec} from '../../../src/lifecycle/services/spec.ts'
import {serviceIdentity} from '../../../src/release/services.ts'
import {applicationOf, environment as id, service} from '../../support/services.ts'

const image = {id: 'sha256:1', hasHealthcheck: true} as Image
const network = {key: 'back', external: false, spec: {name: 'x', labels: {}}}
const application = applicationOf([service('db'), service('web')], {networks: [network]})
const define = (more: Partial<ServiceSpec> = {}, declared: string[] = []) =>
  definitionOf({service: service('web', more), image, declared, files: undefined, application, id})
const attachment = {networks: [], extraHosts: [], dns: [], dnsSearch: [], dnsOptions: []}
const container = {attachment, binds: [], options: {}}

test('keys of the Compose file are translated to what the engine has', (t) => {
  const networks = [
    {name: 'back', aliases: ['web']},
    {name: 'corp', aliases: []},
  ]
  const {spec} = define({container: {...container, attachment: {...attachment, networks}}})
  t.deepEqual(
    spec.attachment?.networks.map(({name}) => name),
    ['imm_shop_main.back', 'corp'],
  )
  t.is(spec.name, 'imm_shop_main.web')
  const beside = {...container, attachment: {...attachment, mode: {container: 'db'}}, options: {pid: 'service:db'}}
  const joined = define({container: beside}).spec
  t.deepEqual(joined.attachment?.mode, {container: 'imm_shop_main.db'})
  t.is(joined.options?.pid, 'container:imm_shop_main.db')
})

test("volumes are the environment's, the service's own, or somebody else's", (t) => {
  const {spec} = define({
    volumes: [
      {name: 'data', path: '/data', readOnly: false, scope: 'environment'},
      {name: 'own', path: '/own', readOnly: true},
      {name: 'archive', path: '/archive', readOnly: false, scope: 'external'},
    ],
  })
  t.deepEqual(
    spec.volumes.map(({name, labels}) => [name, Object.keys(labels).length]),
    [
      ['imm_shop_main.data', 2],
      ['imm_shop_main_web_own', 3],
      ['archive', 0],
    ],
  )
})

test('what an image declares as a volume outlives its container, unless something is mounted there', (t) => {
  const {spec} = define({tmpfs: ['/tmp']}, ['/var/lib/postgresql/data', '/tmp'])
  t.deepEqual(
    spec.volumes.map(({name, path}) => [name, path]),
    [['imm_shop_main_web_var-lib-postgresql-data', '/var/lib/postgresql/data']],
  )
})

const restartOf = (more: Partial<ServiceSpec>) => define(more).spec.options?.restart

test('the engine starts services again by itself, but for what the file says and what runs to its end', (t) => {
  t.is(restartOf({}), 'unless-stopped')
  t.is(restartOf({container: {...container, options: {restart: 'no'}}}), 'no')
  t.is(restartOf({completes: true}), 'no')
  t.is(restartOf({completes: true, container: {...container, options: {restart: 'always'}}}), 'no')
  t.is(restartOf({completes: true, container: {...container, options: {restart: 'on-failure'}}}), 'on-failure')
})

test('what only says when it starts is no part of a definition; how its data are kept is, because its container says it', (t) => {
  const {digest} = define()
  t.is(define({pull: 'always', image: 'web:2'}).digest, digest)
  const kept = define({snapshotCommand: ['dump'], restoreCommand: ['load']})
  t.not(kept.digest, digest)
  t.like(serviceIdentity(kept.spec.labels), {snapshotCommand: ['dump'], restoreCommand: ['load']})
  t.not(define({command: ['serve']}).digest, digest)
  t.not(define({container: {...container, options: {labels: {a: 'b'}}}}).digest, digest)
})

const has = (test_: string[] | undefined, own: boolean) =>
  hasHealthcheck({
    service: service('web', {container: {...container, options: {healthcheck: {test: test_}}}}),
    image: {...image, hasHealthcheck: own},
  })

test("a healthcheck is the file's, or else the image's", (t) => {
  t.true(has(undefined, true))
  t.false(has(undefined, false))
  t.true(has(['CMD', 'true'], false))
  t.false(has(['NONE'], true))
})
