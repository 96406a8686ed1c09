import {cp} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'

import type {ExecutionContext} from 'ava'

import {loadSettings} from '../../src/config/load.ts'
import {connectEngine} from '../../src/engine/connect.ts'
import {initProject} from '../../src/init/init.ts'
import type {Address, Engine} from '../../src/lifecycle/ports.ts'
import {containerLabels, imageLabels, type ContainerIdentity} from '../../src/release/labels.ts'
import {openSource} from '../../src/source/open.ts'
import {testProject, type TestProject} from '../init/project.ts'
import {test} from '../support/one-by-one.ts'

const bases = {
  node: process.env['IMM_TEST_BASE_NODE'],
  python: process.env['IMM_TEST_BASE_PYTHON'],
  static: process.env['IMM_TEST_BASE_STATIC'],
  go: process.env['IMM_TEST_BASE_GO'],
}

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}/`, import.meta.url))

const answer = async ({host, port}: Address, at: string, signal: AbortSignal): Promise<string> => {
  for (;;) {
    const response = await fetch(`http://${host}:${port}${at}`, {signal}).catch(() => undefined)
    if (response?.ok) return response.text()
    await sleep(25, undefined, {signal})
  }
}

const release = {release: 'r1-0000000', generation: 1, settings: 'sha256:0', role: 'app'} as const

/** Builds what `imm init` wrote, as imm does it. */
const buildImage = async (engine: Engine, project: TestProject, args: Record<string, string>, signal: AbortSignal) => {
  const {settings} = await loadSettings({directory: project.directory, flags: {}, signal})
  const {context, dockerfile} = settings.build
  await using source = openSource({
    project: project.directory,
    context,
    dockerfile,
    settingsFiles: [],
    watch: settings.watch,
  })
  const snapshot = await source.snapshot(signal)
  const identity = {project: settings.project, environment: 'main', app: settings.app, snapshot: snapshot.digest}
  const image = await engine.build(
    {
      context: () => source.pack(snapshot, signal),
      dockerfile,
      target: undefined,
      args,
      labels: imageLabels({...identity, settings: release.settings}),
      reference: `imm/${identity.project}/app:main-${release.release}`,
      onStep: () => undefined,
    },
    signal,
  )
  return {image, settings, identity: {...identity, ...release} satisfies ContainerIdentity}
}

/** `imm init` on a project makes it an image that answers, is nobody's root and ends when it is told to. */
const goesLive = async (t: ExecutionContext, project: TestProject, args: Record<string, string>, expected: RegExp) => {
  const signal = AbortSignal.timeout(120_000)
  await using stack = new AsyncDisposableStack()
  const engine = await connectEngine({env: process.env, platform: process.platform, signal})
  await initProject({directory: project.directory}, signal)
  const {image, settings, identity} = await buildImage(engine, project, args, signal)
  for (const reference of image.references) stack.defer(() => engine.untag(reference, AbortSignal.timeout(30_000)))
  const [port] = image.exposedPorts
  t.is(image.exposedPorts.length, 1)
  const instance = await engine.start(
    {
      name: `imm_test_${identity.project}`,
      image: image.id,
      labels: containerLabels(identity),
      env: settings.env,
      command: undefined,
      user: undefined,
      port: port ?? 0,
      volumes: [],
      tmpfs: [],
      memoryBytes: undefined,
      cpus: undefined,
    },
    signal,
  )
  stack.defer(() => engine.remove(instance.id, 0, AbortSignal.timeout(30_000)))
  if (!instance.address) throw new Error('It ended at once.')
  t.regex(await answer(instance.address, '/', signal), expected)
  if (settings.health.kind === 'http') t.regex(await answer(instance.address, settings.health.path, signal), /ok/)
  // The engine kills after the grace: an application that was told in vain would take all of it.
  const before = performance.now()
  await engine.remove(instance.id, 30_000, signal)
  t.true(performance.now() - before < 20_000)
}

const unique = (name: string): string => `init ${name} ${process.pid}`

const fixtureProject = async (name: string): Promise<TestProject> => {
  const project = await testProject({}, unique(name))
  await cp(fixture(name), project.directory, {recursive: true})
  return project
}

/** `npm test` makes the base images and names them in the environment. */
const onBases = (
  names: readonly (keyof typeof bases)[],
  title: string,
  body: (t: ExecutionContext) => Promise<void>,
): void => {
  const unset = names.filter((name) => !bases[name]).map((name) => `IMM_TEST_BASE_${name.toUpperCase()}`)
  if (unset.length === 0) test(title, body)
  else test.skip(`${title} (skipped: ${unset.join(' and ')} not set)`, body)
}

onBases(['python'], 'Python: imm init makes the fixture an image that serves and stops', async (t) => {
  await using project = await fixtureProject('python-hello')
  await goesLive(t, project, {BASE_IMAGE: bases.python ?? ''}, /Hello from Python/)
})

onBases(['static'], 'static files: imm init makes the fixture an image that serves and stops', async (t) => {
  await using project = await fixtureProject('static-hello')
  await goesLive(t, project, {BASE_IMAGE: bases.static ?? ''}, /Hello from static files/)
})

onBases(['go', 'static'], 'Go: imm init makes the fixture an image that serves and stops', async (t) => {
  await using project = await fixtureProject('go-hello')
  await goesLive(t, project, {BUILD_IMAGE: bases.go ?? '', BASE_IMAGE: bases.static ?? ''}, /Hello from Go/)
})

const server = `import {createServer} from 'node:http'
const server = createServer((request, response) => response.end(\`ok \${process.getuid()} \${process.env.NODE_ENV}\`))
server.listen(Number(process.env.PORT ?? 3210))
process.once('SIGTERM', () => server.close())
`

const lock = (name: string) => ({name, lockfileVersion: 3, requires: true, packages: {'': {name}}})

onBases(
  ['node'],
  'Node: a locked project without dependencies is built offline and does not run as root',
  async (t) => {
    const name = unique('node').replaceAll(' ', '-')
    await using project = await testProject(
      {
        'package.json': {name, type: 'module', scripts: {start: 'node server.js'}},
        'package-lock.json': lock(name),
        'server.js': server,
      },
      unique('node'),
    )
    await goesLive(t, project, {BASE_IMAGE: bases.node ?? ''}, /^ok 1000 production$/)
  },
)

onBases(['node'], 'Node: a build script runs in a stage of its own', async (t) => {
  const name = unique('built').replaceAll(' ', '-')
  await using project = await testProject(
    {
      'package.json': {
        name,
        type: 'module',
        scripts: {build: 'mkdir dist && cp src/server.ts dist/server.js', start: 'node dist/server.js'},
      },
      'package-lock.json': lock(name),
      'src/server.ts': server,
    },
    unique('built'),
  )
  await goesLive(t, project, {BASE_IMAGE: bases.node ?? ''}, /^ok 1000 production$/)
})
