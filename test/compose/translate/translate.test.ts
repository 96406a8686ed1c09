import test from 'ava'

import {isImmError} from '../../../src/errors.ts'
import type {Application} from '../../../src/lifecycle/services/spec.ts'
import {translated} from './translated.ts'

const app = ({apps}: Application, name: string) => {
  const found = apps.find((one) => one.name === name)
  if (!found) throw new Error(`there is no app ${name}`)
  return found
}
const names = (all: readonly {name: string}[]) => all.map(({name}) => name)
const refused = async (compose: string) => {
  try {
    await translated(compose, {files: {'web/Dockerfile': 'FROM scratch'}})
  } catch (error) {
    if (isImmError(error, 'COMPOSE_UNSUPPORTED')) return error.message
    throw error
  }
  return undefined
}

test('what is built here is an app, what comes as an image a backing service, and the image of an app is that app again', async (t) => {
  const application = await translated(`
name: my_shop
services:
  web: {build: web, image: shop/web, ports: ['8080:3000'], depends_on: {db: {condition: service_healthy, restart: true}}}
  worker: {image: shop/web, command: node worker.js, depends_on: {db: {condition: service_started, required: false}}}
  db: {image: 'postgres:17'}
`)
  t.is(application.name, 'my-shop')
  t.deepEqual(names(application.apps), ['web', 'worker'])
  t.deepEqual(app(application, 'worker').settings.build, app(application, 'web').settings.build)
  t.deepEqual(app(application, 'web').dependsOn, [{name: 'db', condition: 'healthy', required: true, restart: true}])
  t.deepEqual(app(application, 'worker').dependsOn, [
    {name: 'db', condition: 'started', required: false, restart: false},
  ])
  t.like(application.services, [{name: 'db', image: 'postgres:17', pull: 'missing', completes: false}])
  t.like(application.services[0]?.container.options, {restart: 'unless-stopped'})
})

test('what an app waits to end, and is built alike, is a job of it, in the order in which jobs wait for each other', async (t) => {
  const application = await translated(`
services:
  seed:
    build: web
    command: [seed]
    environment: {DEEP: '1'}
    depends_on: {migrate: {condition: service_completed_successfully}}
  migrate: {build: {context: web}, entrypoint: rake, user: root, working_dir: /app, x-imm: {timeout: 20m}, depends_on: {db: {condition: service_healthy}}}
  web: {build: web, depends_on: {seed: {condition: service_completed_successfully}}}
  api: {build: api, depends_on: {seed: {condition: service_completed_successfully}}}
  db: {image: postgres}
`)
  t.deepEqual(names(application.apps), ['web', 'api'])
  const web = app(application, 'web')
  t.deepEqual(web.settings.jobs, [
    {name: 'migrate', env: {}, entrypoint: ['rake'], user: 'root', workingDir: '/app', timeoutMs: 1_200_000},
    {name: 'seed', command: ['seed'], env: {DEEP: '1'}, timeoutMs: 600_000},
  ] as unknown as typeof web.settings.jobs)
  t.deepEqual(web.dependsOn, [{name: 'db', condition: 'healthy', required: true, restart: false}])
  t.deepEqual(app(application, 'api').dependsOn, [{name: 'web', condition: 'started', required: true, restart: false}])
  t.deepEqual(
    application.notes.flatMap(({key}) => (/^services\.(?:seed|migrate)/.test(key) ? [key] : [])),
    ['services.migrate', 'services.seed'],
  )
})

test('two apps of which each waits for a job of the other do not wait for each other', async (t) => {
  const application = await translated(`
services:
  one: {build: one, depends_on: {job2: {condition: service_completed_successfully}, job1: {condition: service_completed_successfully}}}
  two: {build: two, depends_on: {job2: {condition: service_completed_successfully}, job1: {condition: service_completed_successfully}}}
  job1: {build: one}
  job2: {build: two}
`)
  t.deepEqual(
    application.apps.map(({name, dependsOn, settings}) => [name, names(dependsOn), names(settings.jobs)]),
    [
      ['one', [], ['job1']],
      ['two', [], ['job2']],
    ],
  )
})

test('a job of a build of its own is refused, and so is a built backing service; one that comes as an image runs once', async (t) => {
  t.regex(
    (await refused(`
services:
  migrate: {build: migrations}
  web: {build: web, depends_on: {migrate: {condition: service_completed_successfully}}}
`)) ?? '',
    /^compose\.yaml:3:\d+: services\.migrate\.build: it runs to its end/,
  )
  t.regex(
    (await refused('services: {db: {build: db, x-imm: {role: service}}}')) ?? '',
    /services\.db\.x-imm: imm builds apps/,
  )
  const {services} = await translated(`
services:
  fill: {image: filler}
  web: {build: web, depends_on: {fill: {condition: service_completed_successfully}}}
`)
  t.like(services, [{name: 'fill', completes: true, container: {options: {restart: 'no'}}}])
})

test('a service that is scaled to nothing does not run, and nobody waits for it', async (t) => {
  const application = await translated(`
services:
  web: {build: web, depends_on: [db], deploy: {replicas: 3}}
  db: {image: postgres, scale: 0}
`)
  t.deepEqual(application.services, [])
  t.is(app(application, 'web').settings.replicas, 3)
  t.deepEqual(app(application, 'web').dependsOn, [])
  t.like(application.notes, [{key: 'services.db.scale', kind: 'translated'}])
})

test('names of the engine are the environment’s, but for what is external', async (t) => {
  const {networks, volumes, services, apps} = await translated(`
services:
  web: {build: web, container_name: shop-web, networks: {back: {aliases: [www]}, default: {priority: 10}}, links: ['db:database']}
  db: {image: postgres, networks: [back], volumes: ['data:/data', 'theirs:/theirs', /anonymous], container_name: shop-db}
networks: {default: {name: fixed}, back: {external: true, name: company}, unused: {}}
volumes: {data: {name: fixed}, theirs: {external: true}, unused: {}}
`)
  t.deepEqual(
    networks.map(({key, external, spec}) => [key, external, spec.name]),
    [
      ['back', true, 'company'],
      ['default', false, 'imm_shop_main.default'],
    ],
  )
  t.deepEqual(
    volumes.map(({key, external, spec}) => [key, external, spec.name, spec.labels['imm.project']]),
    [
      ['data', false, 'imm_shop_main.data', 'shop'],
      ['theirs', true, 'theirs', undefined],
      ['db-anonymous', false, 'imm_shop_main.db-anonymous', 'shop'],
    ],
  )
  t.deepEqual(
    services[0]?.volumes.map(({name, scope}) => [name, scope]),
    [
      ['data', 'environment'],
      ['theirs', 'external'],
      ['db-anonymous', 'environment'],
    ],
  )
  t.deepEqual(services[0]?.container.attachment?.networks, [{name: 'company', aliases: ['db', 'shop-db', 'database']}])
  t.deepEqual(apps[0]?.settings.container.attachment?.networks, [
    {name: 'imm_shop_main.default', aliases: []},
    {name: 'company', aliases: []},
  ])
  t.deepEqual(apps[0]?.aliases, ['web', 'shop-web', 'www'])
})

test('a container shares the network and the processes of a backing service, and never those of an app', async (t) => {
  const {services} = await translated(`
services:
  db: {image: postgres}
  side: {image: exporter, network_mode: 'service:db', pid: 'service:db'}
  outside: {image: exporter, network_mode: 'container:theirs'}
`)
  t.like(services[1]?.container, {
    attachment: {mode: {container: 'imm_shop_main.db'}, networks: []},
    options: {pid: 'container:imm_shop_main.db'},
  })
  t.deepEqual(services[2]?.container.attachment?.mode, {container: 'theirs'})
  t.regex(
    (await refused('services: {web: {build: web}, side: {image: x, network_mode: "service:web"}}')) ?? '',
    /services\.side\.network_mode: "web" is replaced on every change/,
  )
})

test('two apps on the host’s network do not overlap, and neither do those that stop first', async (t) => {
  const {apps} = await translated(`
services:
  host: {build: web, network_mode: host}
  first: {build: web, deploy: {update_config: {order: stop-first}}}
  other: {build: web}
`)
  t.deepEqual(
    apps.map(({settings}) => settings.overlap),
    [false, false, true],
  )
})

test('secrets and configs are files at their paths, and those of a build are the builder’s', async (t) => {
  const {apps} = await translated(
    `
services:
  web:
    build: {context: web, secrets: [token, {source: key, target: id}]}
    secrets: [token, {source: key, target: sub/key.pem, uid: '1000', mode: 0400}]
    configs: [plain, {source: plain, target: /etc/app.conf}]
secrets: {token: {environment: TOKEN}, key: {file: key.pem}}
configs: {plain: {content: 'a=\${A}'}}
`,
    {env: {TOKEN: 'hush', A: '1'}},
  )
  const token = {kind: 'environment', variable: 'TOKEN', value: 'hush'}
  const key = {kind: 'file', path: 'ROOT/key.pem'}
  const plain = {kind: 'content', content: 'a=1'}
  t.deepEqual(apps[0]?.settings.files as unknown, [
    {kind: 'secret', name: 'token', source: token, path: '/run/secrets/token', mode: 0o444},
    {kind: 'secret', name: 'key', source: key, path: '/run/secrets/sub/key.pem', uid: '1000', mode: 0o400},
    {kind: 'config', name: 'plain', source: plain, path: '/plain', mode: 0o444},
    {kind: 'config', name: 'plain', source: plain, path: '/etc/app.conf', mode: 0o444},
  ])
  t.deepEqual(apps[0]?.settings.build.secrets as unknown, [
    {id: 'token', source: token},
    {id: 'id', source: key},
  ])
})

test('a build is of a directory and a Dockerfile in it, or of the text that stands for one', async (t) => {
  const {apps} = await translated(`
services:
  web: {build: {context: ., dockerfile: docker/web.Dockerfile, target: run, args: {A: 1, UNSET:}}}
  inline: {build: {dockerfile_inline: 'FROM scratch'}}
`)
  t.deepEqual(apps[0]?.settings.build as unknown, {
    context: 'ROOT',
    dockerfile: 'docker/web.Dockerfile',
    target: 'run',
    args: {A: '1'},
  })
  t.like(apps[1]?.settings.build, {context: 'ROOT', inline: 'FROM scratch'})
  t.regex(
    (await refused('services: {web: {build: {context: web, dockerfile: ../Dockerfile}}}')) ?? '',
    /services\.web\.build\.dockerfile: it lies outside of the context/,
  )
  t.regex(
    (await refused('services: {web: {build: "https://github.com/a/b.git"}}')) ?? '',
    /services\.web\.build\.context: the builder gets a directory of this machine/,
  )
})

test('an app is waited for as long as its healthcheck asks for', async (t) => {
  const {apps} = await translated(`
services:
  slow: {build: web, healthcheck: {test: 'true', start_period: 5m, interval: 10s, retries: 6}}
  none: {build: web, healthcheck: {disable: true}}
`)
  t.is(apps[0]?.settings.health.timeoutMs, 360_000)
  t.deepEqual(apps[0]?.settings.container.options.healthcheck?.test, ['CMD-SHELL', 'true'])
  t.is(apps[1]?.settings.health.timeoutMs, 60_000)
  t.deepEqual(apps[1]?.settings.container.options.healthcheck?.test, ['NONE'])
})

test('apps whose names are one slug are told apart', async (t) => {
  const {apps} = await translated('services: {web_1: {build: a}, web-1: {build: b}}')
  t.deepEqual(
    apps.map((one) => one.app),
    ['web-1', 'web-1-2'],
  )
})

test('all files whose change means another application are named, those that are not there yet included', async (t) => {
  const {files} = await translated(
    `
include: [other/compose.yaml]
services:
  web: {extends: {file: base.yaml, service: base}, env_file: [{path: later.env, required: false}], secrets: [key]}
secrets: {key: {file: key.pem}}
`,
    {
      files: {
        'base.yaml': 'services: {base: {image: x}}',
        'other/compose.yaml': 'services: {other: {image: x}}',
      },
    },
  )
  for (const file of [
    'compose.yaml',
    'compose.override.yaml',
    '.env',
    'base.yaml',
    'other/compose.yaml',
    'other/.env',
    'later.env',
    'key.pem',
  ])
    t.true(files.includes(`ROOT/${file}`), file)
})

test('variables are those of env files below those of the file itself; one without a value is not set', async (t) => {
  const {apps} = await translated(
    'services: {web: {build: web, env_file: [a.env, {path: raw.env, format: raw}], environment: [A=own, UNSET, SET]}}',
    {files: {'a.env': 'A=file\nB=${SET}', 'raw.env': "C='${SET}' # all\n"}, env: {SET: 'outside'}},
  )
  t.deepEqual(apps[0]?.settings.env, {A: 'own', B: 'outside', C: "'${SET}' # all", SET: 'outside'})
})

test('what a mount, a link or a reservation can not have is said, and what differs in nothing is not', async (t) => {
  const {notes} = await translated(`
services:
  web:
    build: web
    expose: [80]
    links: [db]
    deploy: {mode: replicated, resources: {reservations: {cpus: 1, memory: 64m}}}
    volumes: [{type: volume, source: data, target: /data, volume: {labels: {a: b}}}]
  db: {image: postgres, deploy: {replicas: 1}, pull_policy: always, attach: true}
volumes: {data: {}}
`)
  t.deepEqual(
    notes.map(({key, kind}) => [key, kind]),
    [
      ['services.web.deploy.resources.reservations.cpus', 'ignored'],
      ['services.web.volumes', 'ignored'],
    ],
  )
})

test('services that wait for each other are named', async (t) => {
  await t.throwsAsync(translated('services: {a: {image: a, depends_on: [b]}, b: {image: b, depends_on: [a]}}'), {
    message: /services\.b\.depends_on\.a: they wait for each other: a -> b -> a/,
  })
})
