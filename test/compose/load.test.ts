import path from 'node:path'
import {fileURLToPath} from 'node:url'

import test from 'ava'
import {execa} from 'execa'
import {parse} from 'yaml'

import {loadCompose} from '../../src/compose/load.ts'
import {toComposeFile} from '../../src/compose/write.ts'

const shop = fileURLToPath(new URL('shop', import.meta.url))
const {signal} = new AbortController()

const load = async (request: Partial<Parameters<typeof loadCompose>[0]> = {}) => {
  const warnings: string[] = []
  const model = await loadCompose({
    directory: shop,
    files: [],
    profiles: [],
    env: {},
    warn: (message) => warnings.push(message),
    signal,
    ...request,
  })
  if (!model) throw new Error('no Compose file was found')
  return {model, warnings}
}

test('each key comes in its long form, with what the specification implies', async (t) => {
  const {model, warnings} = await load({files: ['compose.yaml'], env: {HOME: '/home/x'}})
  t.deepEqual(warnings, [])
  t.is(model.name, 'shop')
  t.deepEqual(model.volumes, {data: {name: 'shop_data'}})
  t.deepEqual(model.networks, {default: {name: 'shop_default'}})
  t.deepEqual(Object.keys(model.services).toSorted(), ['api', 'cache', 'child', 'db', 'web'])
  const {web, db, cache} = model.services
  t.like(web, {
    build: {context: path.join(shop, 'web'), dockerfile: 'Dockerfile', args: {VERSION: '1.10', EMPTY: ''}},
    command: ['npm', 'start', '--', '--title', 'two words'],
    depends_on: {db: {condition: 'service_healthy', restart: true, required: true}},
    environment: {A: '1', B: 'q set', FLOAT: '1.1', NOT_SET_ANYWHERE: null, TEXT: 'a $b deep set'},
    healthcheck: {test: ['CMD-SHELL', 'curl -f http://localhost'], interval: 90_000, retries: 3, start_interval: 500},
    extra_hosts: {'host.docker.internal': ['host-gateway']},
    ulimits: {nproc: {soft: 65_535, hard: 65_535}, nofile: {soft: 20_000, hard: 40_000}},
    mem_limit: 1.5 * 2 ** 30,
    networks: {default: {aliases: ['www']}},
    restart: 'unless-stopped',
    logging: {driver: 'json-file', options: {'max-size': '10m', 'max-file': '3'}},
  })
  t.deepEqual(web?.ports, [
    {mode: 'ingress', target: 3000, protocol: 'tcp'},
    {mode: 'ingress', target: 80, published: '8000', protocol: 'tcp'},
    {mode: 'ingress', target: 81, published: '8001', protocol: 'tcp'},
    {mode: 'ingress', host_ip: '::1', target: 7000, published: '7000', protocol: 'udp'},
    {mode: 'ingress', host_ip: '127.0.0.1', target: 443, published: '8443', protocol: 'tcp'},
  ])
  t.deepEqual(web?.volumes, [
    {type: 'bind', source: path.join(shop, 'src'), target: '/app/src', read_only: true, bind: {create_host_path: true}},
    {type: 'volume', source: 'data', target: '/data', volume: {}},
    {type: 'tmpfs', target: '/cache', tmpfs: {size: 10 * 2 ** 20, mode: 0o700}},
  ])
  t.deepEqual(web?.secrets, [{source: 'token'}, {source: 'cert', target: 'server.crt', mode: 0o440}])
  t.is(db?.image, 'postgres:16')
  t.deepEqual(cache?.depends_on, {db: {condition: 'service_started', required: true, restart: true}})
  t.is(cache?.networks, undefined)
})

test('a service has what it extends, except for what it says itself', async (t) => {
  const {model} = await load({files: ['compose.yaml']})
  const {child, web} = model.services
  t.deepEqual(child?.command, ['other'])
  t.deepEqual(
    child?.ports?.map(({target}) => target),
    [3000, 80, 81, 7000, 443, 1234],
  )
  t.deepEqual(child?.volumes?.[1], {
    type: 'bind',
    source: path.join(shop, 'other'),
    target: '/data',
    bind: {create_host_path: true},
  })
  t.deepEqual(child?.healthcheck, web?.healthcheck)
})

test('an included application has its own directory and its own variables', async (t) => {
  const {model} = await load()
  t.like(model.services['api'], {image: 'api:2', environment: {API_VERSION: '2'}})
  t.is(model.services['api']?.volumes?.[0]?.source, path.join(shop, 'api', 'data'))
})

test('the override file is laid over the other; !override replaces and !reset takes away', async (t) => {
  const {model} = await load()
  const {web} = model.services
  t.deepEqual(web?.ports, [{mode: 'ingress', target: 1, published: '1', protocol: 'tcp'}])
  t.is(web?.environment?.['ADDED'], '1')
  t.false('TEXT' in (web?.environment ?? {}))
  t.is(web?.secrets, undefined)
  t.deepEqual(web?.logging, {driver: 'json-file', options: {'max-size': '20m', 'max-file': '3'}})
})

test('services with a profile run only where it is asked for, by flag or by variable', async (t) => {
  t.false('debug' in (await load()).model.services)
  for (const request of [{profiles: ['debug']}, {profiles: ['*']}, {env: {COMPOSE_PROFILES: 'other,debug'}}]) {
    const {model} = await load(request)
    t.deepEqual(Object.keys(model.services['debug']?.depends_on ?? {}), ['db'])
  }
})

test('variables of imm’s own environment stand above those of .env, and name, files and variables can be set by them', async (t) => {
  const {model} = await load({
    env: {COMPOSE_FILE: 'compose.yaml', COMPOSE_PROJECT_NAME: 'other', SET: 'outside', NOT_SET_ANYWHERE: 'now'},
  })
  t.is(model.name, 'other')
  t.is(model.volumes['data']?.name, 'other_data')
  t.like(model.services['web']?.environment, {TEXT: 'a $b deep outside', NOT_SET_ANYWHERE: 'now'})
})

test('what is written can be read again, and hides what looks like a secret', async (t) => {
  const {model} = await load()
  const web = model.services['web']
  if (web) web.environment = {...web.environment, API_TOKEN: 'hunter2', PRICE: '5$'}
  const list = ['API_TOKEN=hunter2', 'A=1', 'B']
  if (web) web['x-imm'] = {env: {API_TOKEN: 'hunter2'}, jobs: [{env: list}]}
  const shown = toComposeFile(model, {secrets: false})
  t.false(JSON.stringify(shown).includes('hunter2'))
  t.like(shown, {
    services: {
      web: {
        environment: {API_TOKEN: '(hidden)', PRICE: '5$$'},
        'x-imm': {env: {API_TOKEN: '(hidden)'}, jobs: [{env: ['API_TOKEN=(hidden)', 'A=1', 'B']}]},
        healthcheck: {interval: '1m30s', start_interval: '500ms'},
      },
    },
  })
  t.true(JSON.stringify(toComposeFile(model, {secrets: true})).includes('hunter2'))
})

test('Docker Compose, where it is installed, reads the same', async (t) => {
  const {failed, stdout} = await execa('docker', ['compose', 'config', '--no-env-resolution'], {
    cwd: shop,
    reject: false,
  })
  if (failed) {
    t.log('skipped: there is no docker compose here')
    t.pass()
    return
  }
  const theirs = parse(stdout) as {services: Record<string, Record<string, unknown>>}
  const {model} = await load({env: process.env})
  t.deepEqual(Object.keys(model.services).toSorted(), Object.keys(theirs.services).toSorted())
  for (const [name, {image, command, environment}] of Object.entries(theirs.services)) {
    const ours = model.services[name]
    t.like(
      {image: ours?.image, command: ours?.command},
      {image: image as string, command: (command ?? undefined) as string[]},
    )
    if (environment) t.like(ours?.environment, environment as Record<string, string>)
  }
})
