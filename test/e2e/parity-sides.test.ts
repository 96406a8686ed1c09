import {readdir} from 'node:fs/promises'
import {tmpdir} from 'node:os'

import {secretDigest} from '../../src/parity/secrets/secret-digest.ts'
import {statePaths} from '../../src/state/paths.ts'
import {openSide} from '../../src/wiring/parity/open-side.ts'
import {fails} from '../parity/fails.ts'
import {gitIn} from '../source/repository/git.ts'
import {composeProject, servers} from '../support/compose-project.ts'
import {startDev} from '../support/dev.ts'
import {docker, imagesOf} from '../support/engine-socket.ts'
import {imm} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {pairProject} from '../support/pair-project.ts'
import {testProject, type TestProject} from '../support/project.ts'

const signal = new AbortController().signal

const open = async (project: TestProject, reference: string) => {
  process.env['IMM_HOME'] = project.home
  return openSide(
    reference,
    {cwd: project.directory, paths: statePaths(), onStep: () => {}, onWarning: () => {}},
    signal,
  )
}

/** Names of a project's images, and what it takes to build beside the engine. */
const traces = async (project: TestProject) => ({
  images: (await imagesOf(project.name)).flatMap(({RepoTags}) => RepoTags ?? []).toSorted(),
  places: (await readdir(tmpdir())).filter((name) => name.startsWith('imm-parity-')),
})

test('what is live is told as it runs, and later as its record has it', async (t) => {
  await using project = await testProject({
    settings: 'env: {LOG: debug, API_TOKEN: hunter2hunter2}\nresources: {memory: 128m}\ntmpfs: [/scratch]',
  })
  await using dev = startDev(project)
  const live = await dev.goesLive()
  const [environment, release] = [await open(project, 'env:main'), await open(project, 'release:r1')]
  t.is(environment.image?.id, live.image)
  t.like(environment.run, {source: `release:${live.release}`, memoryBytes: 128 * 2 ** 20})
  t.deepEqual(environment.run?.tmpfs, ['/scratch'])
  t.deepEqual(environment.run?.env, [
    {name: 'API_TOKEN', secret: secretDigest('API_TOKEN', 'hunter2hunter2')},
    {name: 'LOG', value: 'debug'},
  ])
  t.deepEqual([environment.gaps, environment.run?.config, environment.run?.mounts], [[], {}, []])
  t.is(release.image?.id, live.image)
  t.deepEqual(release.run, environment.run)
  t.false(JSON.stringify(environment).includes('hunter2'))
  t.is((await dev.fetch()).status, 200, 'it runs on')
  await fails(t, open(project, 'release:r99'), 'RELEASE_NOT_FOUND', /r99/)

  await dev.stop()
  const kept = await open(project, 'release:r1')
  t.is(kept.image?.id, live.image)
  t.deepEqual(kept.run?.env, [
    {name: 'API_TOKEN', from: 'a value that imm did not keep'},
    {name: 'LOG', value: 'debug'},
  ])
  t.deepEqual({...kept.run, env: []}, {...environment.run, env: []})
  await fails(t, open(project, 'env:main'), 'NOTHING_LIVE', /nothing runs/)
})

test('a commit is built without touching the working tree, read, and removed again', async (t) => {
  await using project = await testProject({settings: 'env: {LOG: debug}\ncommand: [node, src/other.js]'})
  const git = async (...args: string[]) => gitIn(project.directory, ...args)
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '--all')
  await git('commit', '--quiet', '-m', 'first')
  await project.write('src/greeting.txt', 'not committed')
  const [before, status] = [await traces(project), await git('status', '--porcelain', '--branch')]

  const [commit, tree] = [await open(project, 'git:HEAD'), await open(project, '.')]
  t.is(commit.name, 'git:HEAD')
  t.deepEqual([commit.gaps, commit.image?.names], [[], []])
  t.is(commit.image?.config.labels['org.opencontainers.image.revision'], (await git('rev-parse', 'HEAD')).trim())
  t.deepEqual(commit.run, tree.run)
  t.like(commit.run, {source: 'imm.yaml', config: {command: ['node', 'src/other.js']}})
  const greeting = ({image}: typeof commit) =>
    image?.files.list?.find((file) => file.path === '/app/src/greeting.txt')?.sha256
  t.truthy(greeting(commit))
  t.not(greeting(commit), greeting(tree))
  t.is(commit.image?.files.list?.length, tree.image?.files.list?.length)
  t.deepEqual(
    commit.image?.runtimes.map(({name}) => name),
    ['node'],
  )
  t.deepEqual(commit.image?.base?.runtimes, commit.image?.runtimes, 'it is the base that brings it')

  t.deepEqual(await traces(project), before, 'no image and no directory is left')
  t.is(await git('status', '--porcelain', '--branch'), status)
  await fails(t, open(project, 'git:nowhere'), 'REF_NOT_FOUND', /nowhere/)

  await project.write('Dockerfile', 'ARG NODE_IMAGE\nFROM ${NODE_IMAGE}\nRUN false\n')
  await fails(t, open(project, '.'), 'BUILD_FAILED', /RUN false/)
  t.deepEqual(await traces(project), before)
})

test('what was built before is read as a commit, and stays', async (t) => {
  await using project = await testProject()
  await gitIn(project.directory, 'init', '--quiet', '--initial-branch=main')
  await gitIn(project.directory, 'add', '--all')
  await gitIn(project.directory, 'commit', '--quiet', '-m', 'first')
  t.is((await imm(project, 'build')).exitCode, 0)
  const before = await traces(project)
  t.is(before.images.length, 1)
  const side = await open(project, 'git:main')
  t.deepEqual(side.image?.names, before.images)
  t.deepEqual(await traces(project), before)
  await docker()
    .getImage(before.images[0] ?? '')
    .remove()
})

test('of several apps one is named, in what runs, in the source and in the Compose file alike', async (t) => {
  await using project = await pairProject()
  await using dev = startDev(project)
  for (const app of ['web', 'api', 'worker']) await dev.goesLive(app)
  await fails(t, open(project, 'env:main'), 'APP_NOT_FOUND', /several apps: api, web, worker/)
  await fails(t, open(project, '.'), 'APP_NOT_FOUND', /several apps/)
  const [running, source, file] = [
    await open(project, 'env:main#api'),
    await open(project, 'tree:.#api'),
    await open(project, 'compose:compose.yaml#api'),
  ]
  const port = [{name: 'PORT', value: '4000'}]
  t.deepEqual([running.run?.env, source.run?.env, file.run?.env], [port, port, port])
  t.deepEqual(
    [running.run?.networks, source.run?.networks, file.run?.networks],
    [['default'], ['default'], ['default']],
  )
  t.is(running.image?.files.digest, source.image?.files.digest)
  t.true(source.image?.files.list?.some(({path}) => path === '/app/version.txt'))
  const release = await open(project, `release:${dev.events.find((event) => event.type === 'live')?.release}`)
  t.truthy(release.image)
})

test('of a Compose file and of manifests the images that are here are read, and others are gaps', async (t) => {
  await using project = await composeProject('compose-shop')
  const {image, run, gaps} = await open(project, 'compose:compose.yaml#web')
  t.is(image, undefined)
  t.is(gaps.length, 1)
  t.like(gaps[0], {part: 'image'})
  t.regex(gaps[0]?.reason ?? '', /compose\.yaml names the image \S+-web, which is not here/)
  t.like(run, {source: 'compose:compose.yaml#web', stopGraceMs: 10_000, networks: ['default'], publishes: ['3000/tcp']})
  t.true(run?.mounts.some((mount) => mount.path === '/run/secrets/db_password' && mount.kind === 'secret'))

  const redis = servers.redis ?? 'imm-base/redis:local'
  const cache = await open(project, 'compose:compose.yaml#cache')
  t.deepEqual([cache.gaps, cache.run?.image], [[], redis])
  t.true(cache.image?.names.includes(redis))
  await project.write(
    'k8s.yaml',
    `kind: Deployment
metadata: {name: cache}
spec: {template: {spec: {containers: [{name: cache, image: "${redis}"}]}}}
---
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, image: "registry.example/shop:1"}]}}}
`,
  )
  const deployed = await open(project, 'k8s:k8s.yaml#Deployment/cache')
  t.is(deployed.image?.id, cache.image?.id)
  const elsewhere = await open(project, 'k8s:k8s.yaml#deploy/web')
  t.is(elsewhere.image, undefined)
  t.regex(elsewhere.gaps[0]?.reason ?? '', /Deployment\/web of k8s\.yaml names the image registry\.example\/shop:1/)

  await fails(t, open(project, 'compose:compose.yaml#wbe'), 'SIDE_NOT_FOUND', /has no service wbe/)
  await fails(t, open(project, 'compose:compose.yaml'), 'SIDE_NOT_FOUND', /several services/)
  await fails(t, open(project, 'compose:nowhere.yaml#web'), 'SIDE_NOT_FOUND', /there is no nowhere\.yaml/)
  await fails(t, open(project, 'k8s:.#Deployment/web'), 'SIDE_NOT_FOUND', /is a directory/)
})

test('without an engine, what files say is read, and what an engine has is an error', async (t) => {
  await using project = await composeProject('compose-shop')
  const {DOCKER_HOST: before} = process.env
  process.env['DOCKER_HOST'] = 'unix:///nowhere/docker.sock'
  try {
    const {image, run, gaps} = await open(project, 'compose:compose.yaml#cache')
    t.is(image, undefined)
    t.truthy(run?.image)
    t.regex(gaps[0]?.reason ?? '', /no engine answers/)
    await fails(t, open(project, 'image:shop:1'), 'ENGINE_MISSING', /./)
  } finally {
    if (before === undefined) delete process.env['DOCKER_HOST']
    else process.env['DOCKER_HOST'] = before
  }
})
