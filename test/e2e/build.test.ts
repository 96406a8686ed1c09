import {cp, utimes} from 'node:fs/promises'
import path from 'node:path'

import type {ExecutionContext} from 'ava'
import {execa} from 'execa'

import type {LifecycleEvent} from '../../src/lifecycle/events.ts'
import {leftUnpacked, namesOf, projectToBuild, unpackingIn} from '../support/built-images.ts'
import {startDev, type EventOf} from '../support/dev.ts'
import {docker, imagesOf} from '../support/engine-socket.ts'
import {immBin, immEnv, immIn, jsonLines, type Finished} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import type {TestProject} from '../support/project.ts'

const dockerfile = `ARG NODE_IMAGE
FROM \${NODE_IMAGE}
WORKDIR /app
ENV MODE=production
COPY package.json ./
RUN mkdir /data && echo one > /data/one && ln /data/one /data/two && chown 1000:50 /data/one
COPY src ./src
WORKDIR /app/src
EXPOSE 3000
CMD ["node", "server.js"]
`

interface Built {
  image: string
  references: string[]
  snapshot: string
  revision?: string
  layers: {digest: string; instruction: string}[]
}

const buildWith = (project: TestProject, env: Record<string, string>, ...args: string[]): Promise<Finished> =>
  immIn(project, {env: {...unpackingIn(project), ...env}}, 'build', ...args)

const build = (project: TestProject, ...args: string[]): Promise<Finished> => buildWith(project, {}, ...args)

const built = (t: ExecutionContext, {exitCode, stdout, stderr}: Finished): Built => {
  t.is(exitCode, 0, stderr)
  const {time, ms, ...rest} = jsonLines(stdout).find(({type}) => type === 'build') ?? {}
  t.is(new Date(String(time)).toISOString(), String(time))
  t.true(Number(ms) > 0)
  return rest as unknown as Built
}

const forget = async ({references}: Built): Promise<void> => {
  for (const reference of references) await docker().getImage(reference).remove()
}

test('the same source gives the same image, on another day, without the cache, and from another checkout', async (t) => {
  await using project = await projectToBuild({files: {Dockerfile: dockerfile}})
  await using other = await projectToBuild({fixture: null, settings: null})
  const first = built(t, await build(project, '--json'))
  t.regex(first.image, /^sha256:[0-9a-f]{64}$/)
  t.deepEqual(first.references, [`imm/${project.name}/app:${first.snapshot.slice(7, 14)}`])
  t.deepEqual(
    first.layers.map(({instruction}) => instruction.split(' ')[0]),
    ['WORKDIR', 'COPY', 'RUN', 'COPY', 'WORKDIR'],
  )
  await forget(first)
  t.deepEqual(await namesOf(project), [], 'nothing but the result was left')

  await utimes(path.join(project.directory, 'src/server.js'), 1e9, 1e9)
  t.deepEqual(built(t, await build(project, '--json', '--no-cache')), first)
  await forget(first)

  await cp(project.directory, other.directory, {recursive: true})
  for (const file of ['src', 'package.json']) await utimes(path.join(other.directory, file), 1e9, 1_500_000_000)
  t.deepEqual(built(t, await build(other, '--json')), first)
  t.deepEqual(await namesOf(project), first.references)
  t.deepEqual(await leftUnpacked(project), [])
})

test('an image says what it is made of, and nothing of whose machine or environment it is', async (t) => {
  await using project = await projectToBuild()
  const {image, references, snapshot} = built(t, await build(project, '--json'))
  const {Config, Created} = await docker().getImage(image).inspect()
  t.deepEqual(
    Object.keys(Config.Labels).filter((label) => label.startsWith('imm.') && label !== 'imm.base'),
    ['imm.app', 'imm.base.layers', 'imm.project', 'imm.settings', 'imm.snapshot'],
  )
  t.is(Config.Labels['imm.snapshot'], snapshot)
  t.is(Created, '1980-01-01T00:00:01Z')
  t.deepEqual(
    (
      await docker()
        .getImage(references[0] ?? '')
        .inspect()
    ).Id,
    image,
  )
})

test('SOURCE_DATE_EPOCH is the time of everything in the image, and what makes no sense is refused before the build', async (t) => {
  await using project = await projectToBuild()
  const first = built(t, await build(project, '--json'))
  const second = built(t, await buildWith(project, {SOURCE_DATE_EPOCH: '1700000000'}, '--json'))
  t.is((await docker().getImage(second.image).inspect()).Created, '2023-11-14T22:13:20Z')
  t.is(second.layers.length, first.layers.length)
  for (const [index, {digest}] of second.layers.entries()) t.not(digest, first.layers[index]?.digest)
  t.deepEqual(await namesOf(project), second.references, 'the image before, which lost its name, is gone')
  const refused = await buildWith(project, {SOURCE_DATE_EPOCH: 'yesterday'})
  t.is(refused.exitCode, 64)
  t.regex(refused.stderr, /SOURCE_DATE_EPOCH/)
})

test('more names are given with --tag, and a wrong one is refused before the build', async (t) => {
  await using project = await projectToBuild()
  const tags = [`imm-test.example/${project.name}:1.4`, `${project.name}-copy`]
  const finished = await build(project, '--json', '--tag', tags[0] ?? '', '-t', tags[1] ?? '')
  const {references} = built(t, finished)
  t.deepEqual(references.slice(1), [tags[0], `${tags[1]}:latest`])
  t.deepEqual(await namesOf(project), references.toSorted())
  const refused = await build(project, '--json', '--tag', 'Not A Name')
  t.is(refused.exitCode, 64)
  t.is(jsonLines(refused.stdout).at(-1)?.['code'], 'USAGE')
})

test('the revision is named where the work tree is exactly that commit, and not where it isn’t', async (t) => {
  await using project = await projectToBuild()
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.invalid', ...args], {cwd: project.directory})
  await git('init', '-q')
  await git('add', '.')
  await git('commit', '-q', '-m', 'first')
  const {stdout: commit} = await git('rev-parse', 'HEAD')
  const clean = built(t, await build(project, '--json'))
  t.is(clean.revision, commit)
  const {Config} = await docker().getImage(clean.image).inspect()
  t.is(Config.Labels['org.opencontainers.image.revision'], commit)
  await project.write('src/new.txt', 'untracked')
  t.is(built(t, await build(project, '--json')).revision, undefined)
})

test('a build that fails says where, and leaves nothing', async (t) => {
  await using project = await projectToBuild()
  await project.write('Dockerfile', 'ARG NODE_IMAGE\nFROM ${NODE_IMAGE}\nRUN echo sorry && exit 3\n')
  const {exitCode, stderr} = await build(project)
  t.is(exitCode, 1)
  t.regex(stderr, /^error BUILD_FAILED: Dockerfile:3: RUN .*exit code 3\n {2}sorry\nnext: .*build again/m)
  await leavesNothing(t, project)
})

const leavesNothing = async (t: ExecutionContext, project: TestProject) => {
  t.deepEqual(await imagesOf(project.name), [])
  t.deepEqual(await leftUnpacked(project), [])
}

test('Ctrl-C ends a build at once, and leaves nothing', async (t) => {
  await using project = await projectToBuild()
  await project.write('Dockerfile', 'ARG NODE_IMAGE\nFROM ${NODE_IMAGE}\nRUN echo begun && sleep 600\n')
  const child = execa(process.execPath, [immBin, 'build', '--verbose'], {
    cwd: project.directory,
    env: {...immEnv(project), ...unpackingIn(project)},
    reject: false,
    stdin: 'ignore',
  })
  const {promise: begun, resolve} = Promise.withResolvers<void>()
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    if (/\| begun/.test(text)) resolve()
  })
  await Promise.race([begun, child])
  child.kill('SIGINT')
  t.is((await child).exitCode, 130)
  await leavesNothing(t, project)
})

test('--verify needs an image of imm dev to compare with, and builds nothing without', async (t) => {
  await using project = await projectToBuild()
  const {exitCode, stdout} = await build(project, '--verify', '--json')
  t.is(exitCode, 1)
  const failure = jsonLines(stdout).at(-1)
  t.is(failure?.['code'], 'RELEASE_NOT_FOUND')
  t.regex(String(failure?.['next']), /imm dev/)
  await leavesNothing(t, project)
})

const isBuild = (event: LifecycleEvent): event is EventOf<'build'> => event.type === 'build'

const verdictOf = ({stdout}: Finished) => jsonLines(stdout).find(({type}) => type === 'verify')

test('--verify holds a full build against what imm dev made of the same source, without disturbing it', async (t) => {
  await using project = await projectToBuild()
  await using dev = startDev(project)
  await dev.goesLive()
  // The first saves may come before there is an anchor to add a layer to.
  for (let save = 1; save <= 1 || dev.events.findLast(isBuild)?.how !== 'delta'; save++) {
    if (save > 10) throw new Error('ten saves, and none of them made a delta')
    await project.write('src/greeting.txt', `hello ${save}`)
    await dev.goesLive()
  }
  const live = dev.events.findLast((event): event is EventOf<'live'> => event.type === 'live')
  const seen = dev.events.filter(({type}) => type === 'live').length
  const finished = await build(project, '--verify', '--no-cache', '--json')
  t.is(finished.exitCode, 0, finished.stderr)
  const verdict = verdictOf(finished)
  t.like(verdict, {equal: true, release: live?.image, delta: true, count: 0, differences: []})
  t.true(Number(verdict?.['files']) > 100, 'the whole image was compared')
  t.is((await dev.fetch()).release, live?.release ?? null)
  t.is(dev.events.filter(({type}) => type === 'live').length, seen)
  t.regex((await build(project, '--verify')).stdout, /^The same as .* no difference\.$/m)
})

test('--verify names what a release has otherwise than a full build, and ends with 2', async (t) => {
  await using project = await projectToBuild()
  const when = 'RUN cat /proc/sys/kernel/random/uuid > /when && chmod 600 /when\n'
  const text = `ARG NODE_IMAGE\nFROM \${NODE_IMAGE}\n${when}WORKDIR /app\nCOPY . .\nEXPOSE 3000\nCMD ["node", "src/server.js"]\n`
  await project.write('Dockerfile', text)
  await using dev = startDev(project)
  await dev.goesLive()
  const finished = await build(project, '--verify', '--no-cache', '--json')
  t.is(finished.exitCode, 2, finished.stderr)
  t.like(verdictOf(finished), {equal: false, count: 1, differences: [{path: '/when', what: 'other content'}]})
  t.regex(
    finished.stderr,
    /^Not the same as .*: 1 difference in \d+ paths and the config\.\n {2}\/when: other content$/m,
  )
})
