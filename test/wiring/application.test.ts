import path from 'node:path'

import test from 'ava'

import {isImmError} from '../../src/errors.ts'
import {loadApplication, type ApplicationRequest} from '../../src/wiring/application.ts'
import {temporaryProject, type TemporaryProject} from '../config/project.ts'

const {signal} = new AbortController()
const load = async ({directory}: TemporaryProject, request: Partial<ApplicationRequest> = {}) =>
  loadApplication({directory, files: [], profiles: [], environment: {}, flags: {}, ...request}, signal)

const apps = async (project: TemporaryProject, request: Partial<ApplicationRequest> = {}) => {
  const loaded = await load(project, request)
  return Object.fromEntries((loaded?.application.apps ?? []).map((app) => [app.name, app]))
}

const mistakes = async (project: TemporaryProject, request: Partial<ApplicationRequest> = {}): Promise<string> => {
  try {
    await load(project, request)
  } catch (error) {
    if (isImmError(error)) return `${error.code} ${error.message}`
    throw error
  }
  return 'none'
}

const two = 'services:\n  web: {build: web, ports: ["80"]}\n  api: {build: api}\n  db: {image: postgres}\n'
const dockerfiles = {'web/Dockerfile': 'FROM scratch\n', 'api/Dockerfile': 'FROM scratch\nEXPOSE 3000\n'}

test('settings are, from the weakest to the strongest, the Compose file’s, the top of imm.yaml, x-imm, apps and flags', async (t) => {
  await using project = await temporaryProject({
    ...dockerfiles,
    'compose.yaml': `
services:
  web:
    build: web
    environment: {A: compose, B: compose, C: compose, D: compose}
    user: compose
    x-imm: {port: 3001, env: {B: x-imm, C: x-imm}, drain: 2s, jobs: [x-imm], envFile: x.env}
`,
    'x.env': 'FILE=1\n',
    'imm.yaml': `
env: {A: top, B: top}
drain: 1s
keep: 4
jobs: [top]
apps:
  web: {env: {C: apps, D: apps}, health: {log: ready}, jobs: [{command: [run], env: [FROM_OUTSIDE]}]}
`,
  })
  const {web} = await apps(project, {environment: {FROM_OUTSIDE: 'yes'}, flags: {env: ['D=flag'], keepWarm: 2}})
  t.like(web?.settings, {
    env: {A: 'top', B: 'x-imm', C: 'apps', D: 'flag', FILE: '1'},
    user: 'compose',
    port: 3001,
    drainMs: 2000,
    keep: {warm: 2},
    health: {kind: 'log', log: 'ready'},
  })
  t.deepEqual(
    web?.settings.jobs.map(({name, env}) => [name, env]),
    [
      ['top', {}],
      ['x-imm', {}],
      ['run', {FROM_OUTSIDE: 'yes'}],
    ],
  )
  t.deepEqual(web?.ports, [3001])
  const files = (await load(project, {environment: {FROM_OUTSIDE: ''}}))?.application.files ?? []
  for (const file of ['imm.yaml', 'x.env', 'compose.yaml'])
    t.true(files.includes(path.join(project.directory, file)), file)
})

test('what the top of imm.yaml says in general holds for all apps; what could mean any of them is refused', async (t) => {
  await using project = await temporaryProject({...dockerfiles, 'compose.yaml': two, 'imm.yaml': 'drain: 3s\n'})
  const {web, api} = await apps(project)
  t.is(web?.settings.drainMs, 3000)
  t.is(api?.settings.drainMs, 3000)
  t.is(web?.settings.port, 80)
  t.is(api?.settings.port, undefined)
  await project.write('imm.yaml', 'drain: 3s\nport: 3000\n')
  t.is(
    await mistakes(project),
    'CONFIG_INVALID imm.yaml:2:1: port: of which app? Put it under apps.NAME, as of apps.web',
  )
  await project.write('imm.yaml', '')
  t.regex(await mistakes(project, {flags: {port: 3000}}), /^USAGE --app-port could mean any of web, api/)
  t.regex(await mistakes(project, {flags: {target: 'run'}}), /^USAGE How apps are built/)
})

test('a mistake in x-imm or in apps is named at its place, without what it would tell', async (t) => {
  await using project = await temporaryProject({
    ...dockerfiles,
    'compose.yaml': 'services:\n  web:\n    build: web\n    x-imm:\n      prot: 1\n',
  })
  t.is(
    await mistakes(project),
    'CONFIG_INVALID compose.yaml:5:7: services.web.x-imm.prot: unknown key; did you mean "port"?',
  )
  await project.write('compose.yaml', 'services:\n  web:\n    build: web\n    x-imm:\n      env: {A: [hunter2]}\n')
  const secret = await mistakes(project)
  t.regex(secret, /compose\.yaml:5:\d+: services\.web\.x-imm\.env\.A: expected/)
  t.notRegex(secret, /hunter2/)
  await project.write('compose.yaml', two)
  await project.write('imm.yaml', 'apps:\n  web:\n    env: {NOT_SET: }\n')
  t.regex(await mistakes(project), /^CONFIG_INVALID imm\.yaml:3:\d+: apps\.web\.env\.NOT_SET: has no value/)
  await project.write('imm.yaml', 'apps:\n  db: {}\n  wep: {}\n')
  t.is(
    await mistakes(project),
    'CONFIG_INVALID imm.yaml:2:3: apps.db: it comes as an image, and has its settings from the Compose file\n' +
      'imm.yaml:3:3: apps.wep: no service of this name is built; those that are: web, api',
  )
  await project.write('imm.yaml', '')
  await project.write('compose.yaml', 'services:\n  db:\n    image: postgres\n    x-imm: {port: 5432}\n')
  t.regex(await mistakes(project), /^COMPOSE_INVALID compose\.yaml:4:\d+: services\.db\.x-imm\.port: unknown key/)
})

test('what a build refers to and is not there is named, all of it at once', async (t) => {
  await using project = await temporaryProject({
    ...dockerfiles,
    'compose.yaml': `
services:
  none: {build: none}
  file: {build: {context: web, dockerfile: other.Dockerfile}}
  stage:
    build: web
  inline: {build: {context: none, dockerfile_inline: FROM scratch}}
`,
    'compose.override.yaml': 'services:\n  stage:\n    build:\n      target: run\n',
  })
  const {directory} = project
  t.is(
    await mistakes(project),
    [
      `COMPOSE_INVALID compose.yaml:3:10: services.none.build.context: there is no directory ${directory}/none`,
      `compose.yaml:4:32: services.file.build.dockerfile: there is no file ${directory}/web/other.Dockerfile`,
      'compose.override.yaml:4:7: services.stage.build.target: there is no stage "run" in the Dockerfile',
      `compose.yaml:7:20: services.inline.build.context: there is no directory ${directory}/none`,
    ].join('\n'),
  )
})

test('one app has its port from the top of imm.yaml or from a flag, and is no worker then', async (t) => {
  await using project = await temporaryProject({
    ...dockerfiles,
    'compose.yaml': 'services: {web: {build: web}}',
    'imm.yaml': 'port: 3000\n',
  })
  const ported = async (request: Partial<ApplicationRequest> = {}) => {
    const {application: {apps: [web], notes} = {apps: [], notes: []}} = (await load(project, request)) ?? {}
    return [web?.settings.port, notes.length]
  }
  t.deepEqual(await ported(), [3000, 0])
  t.deepEqual(await ported({flags: {port: 4000}}), [4000, 0])
  await project.write('imm.yaml', 'port: none\n')
  t.deepEqual(await ported(), [0, 0])
  await project.write('imm.yaml', '')
  t.deepEqual(await ported(), [0, 1])
})

test('a backing service has its own way to be kept', async (t) => {
  await using project = await temporaryProject({
    'compose.yaml': 'services: {db: {image: postgres, x-imm: {snapshot: {command: pg_dump -U postgres shop}}}}',
  })
  const loaded = await load(project)
  t.deepEqual(loaded?.application.services[0]?.snapshotCommand, ['pg_dump', '-U', 'postgres', 'shop'])
})

test('the Compose file of the directory is used, unless imm.yaml or a flag says otherwise', async (t) => {
  await using project = await temporaryProject({
    ...dockerfiles,
    Dockerfile: 'FROM scratch\n',
    'compose.yaml': two,
    'other.yaml': 'services: {other: {build: api}}',
    'sub/empty': '',
  })
  const found = async (request: Partial<ApplicationRequest> = {}) => Object.keys(await apps(project, request))
  t.deepEqual(await found(), ['web', 'api'])
  t.deepEqual(await found({files: ['other.yaml']}), ['other'])
  t.deepEqual(await found({environment: {COMPOSE_FILE: 'other.yaml'}}), ['other'])
  t.is(await load(project, {flags: {dockerfile: 'Dockerfile'}}), undefined)
  t.is(await load(project, {directory: path.join(project.directory, 'sub')}), undefined)
  await project.write('imm.yaml', 'compose: [compose.yaml, other.yaml]\n')
  t.deepEqual(await found(), ['web', 'api', 'other'])
  await project.write('imm.yaml', 'compose: false\n')
  t.is(await load(project), undefined)
  t.deepEqual(await found({files: ['other.yaml']}), ['other'])
  await project.write('imm.yaml', 'build: .\n')
  t.is(await load(project), undefined)
  await project.write('imm.yaml', '')
  await project.write('compose.yaml', 'volumes: {data: {}}\n')
  t.is(await load(project), undefined)
})

test('where a Compose file builds nothing, the app of the Dockerfile is beside its services', async (t) => {
  await using project = await temporaryProject({
    Dockerfile: 'FROM scratch\n',
    'imm.yaml': 'port: 3000\n',
    'compose.yaml':
      'services: {db: {image: postgres, healthcheck: {test: pg_isready}}, cache: {image: redis, ports: ["6379:6379"]}}',
  })
  const loaded = await load(project)
  const [app] = loaded?.application.apps ?? []
  t.like(app, {name: 'app', app: 'app', ports: [3000], aliases: ['app']})
  t.like(app?.settings, {project: 'shop', port: 3000, build: {dockerfile: 'Dockerfile'}})
  t.deepEqual(
    app?.dependsOn.map(({name, condition}) => [name, condition]),
    [
      ['db', 'healthy'],
      ['cache', 'started'],
    ],
  )
  t.deepEqual(app?.settings.container.attachment?.networks, [{name: 'imm_shop_main.default', aliases: []}])
  t.is(loaded?.application.notes[0]?.key, 'services')
})

test('names are made for the environment that the project’s name leads to', async (t) => {
  await using project = await temporaryProject({...dockerfiles, 'compose.yaml': two})
  const asked: string[] = []
  const identify = async (name: string) => {
    asked.push(name)
    return {project: `${name}-2`, environment: 'pr'}
  }
  const loaded = await load(project, {identify, flags: {project: 'My Shop'}})
  t.deepEqual(asked, ['my-shop'])
  t.deepEqual(loaded?.id, {project: 'my-shop-2', environment: 'pr'})
  t.is(loaded?.application.networks[0]?.spec.name, 'imm_my-shop-2_pr.default')
  t.is(loaded?.application.apps[0]?.settings.project, 'my-shop-2')
})

const togetherBy = async (compose: string, settings: string, services = two) => {
  await using project = await temporaryProject({
    ...dockerfiles,
    'compose.yaml': `${compose}${services}`,
    'imm.yaml': settings,
  })
  return (await load(project))?.together
}

test('apps flip together where the Compose file or imm.yaml says so, and imm.yaml stands above it', async (t) => {
  t.false(await togetherBy('', ''))
  t.true(await togetherBy('x-imm: {flip: together}\n', ''))
  t.true(await togetherBy('', 'flip: together\n'))
  t.false(await togetherBy('x-imm: {flip: together}\n', 'flip: each\n'))
  t.true(await togetherBy('x-imm: {flip: each}\n', 'flip: together\n'))
  // One alone has nobody to wait for.
  t.false(await togetherBy('', 'flip: together\n', 'services:\n  web: {build: web, ports: ["80"]}\n'))
})

const wrongOnTop = async (own: string) => {
  await using project = await temporaryProject({...dockerfiles, 'compose.yaml': `x-imm: ${own}\n${two}`})
  return await mistakes(project)
}

test('what x-imm at the top of a Compose file says wrong is named with its place', async (t) => {
  t.is(await wrongOnTop('{flip: both}'), 'COMPOSE_INVALID compose.yaml:1:9: x-imm.flip: expected together or each')
  t.regex(await wrongOnTop('{flop: each}'), /^COMPOSE_INVALID compose\.yaml:1:9: x-imm\.flop: unknown key/)
  t.regex(await wrongOnTop('together'), /^COMPOSE_INVALID compose\.yaml:1:1: x-imm: expected \{flip, previews\}/)
})

const withStrategy = async (flip: string, written: string) => {
  await using project = await temporaryProject({
    ...dockerfiles,
    'compose.yaml': `x-imm: {flip: ${flip}}\n${two}`,
    'imm.yaml': `apps: {api: {strategy: ${written}}}\n`,
  })
  return {said: await mistakes(project), loaded: await load(project).catch(() => undefined)}
}

test('what flips together has no shares: rolling is blue-green, and said so; canary is refused', async (t) => {
  const rolling = await withStrategy('together', 'rolling')
  t.deepEqual(
    rolling.loaded?.application.apps.map(({settings}) => settings.strategy.kind),
    ['blue-green', 'blue-green'],
  )
  t.deepEqual(
    rolling.loaded?.warnings.filter((warning) => warning.includes('rolling')),
    ['api: with flip: together, rolling is blue-green: all of its containers are started before any gets traffic'],
  )
  t.is((await withStrategy('each', 'rolling')).loaded?.application.apps[1]?.settings.strategy.kind, 'rolling')
  const canary = '{canary: {steps: [{weight: 5, time: 1s}]}}'
  t.is((await withStrategy('each', canary)).said, 'none')
  t.is(
    (await withStrategy('together', canary)).said,
    'CONFIG_INVALID api has `strategy: canary`, and with `flip: together` there are no shares',
  )
})
