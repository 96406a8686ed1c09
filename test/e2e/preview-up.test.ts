import {cp, stat, writeFile} from 'node:fs/promises'
import path from 'node:path'

import {gitIn} from '../source/repository/git.ts'
import {containersOf, docker, imagesOf} from '../support/engine-socket.ts'
import {imm, jsonLines} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject, type TestProject} from '../support/project.ts'
import {steadyRequests} from '../support/steady-requests.ts'
import {request} from '../support/traffic-request.ts'

interface Up {
  name: string
  environment: string
  outcome: string
  url: string
  commit: string
  error?: {code: string; message: string}
}

const addressOf = ({url}: Up): {origin: string; host: string} => {
  const {host, port} = new URL(url)
  return {origin: `http://127.0.0.1:${port}`, host}
}

const up = async (
  project: TestProject,
  ...names: string[]
): Promise<{exitCode: number | undefined; ups: Up[]; stderr: string}> => {
  const {exitCode, stdout, stderr} = await imm(project, 'preview', 'up', '--json', ...names)
  const ups = jsonLines(stdout).filter(({type}) => type === 'preview') as unknown as Up[]
  return {exitCode, ups: ups.toSorted((a, b) => (a.name < b.name ? -1 : 1)), stderr}
}

test('branches are up beside each other with their own contents, move without a failed request, and leave nothing', async (t) => {
  await using project = await testProject({settings: 'guard: 1s\nhealth: /health'})
  const git = async (...args: string[]) => gitIn(project.directory, ...args)
  const commit = async (content: string) => {
    await project.write('src/greeting.txt', content)
    await git('add', '--all')
    await git('commit', '--quiet', '-m', `say ${content}`)
  }
  await git('init', '--quiet', '--initial-branch=main')
  await commit('of main')
  await git('checkout', '--quiet', '-b', 'feature/one')
  await commit('one')
  await git('checkout', '--quiet', '-b', 'two', 'main')
  await commit('two')
  await project.write('src/greeting.txt', 'not committed')
  const before = await git('status', '--porcelain', '--branch')

  try {
    const {exitCode, ups, stderr} = await up(project, 'feature/one', 'two')
    t.is(exitCode, 0, stderr)
    t.like(ups, [
      {name: 'feature/one', environment: 'feature-one', outcome: 'live'},
      {name: 'two', environment: 'two', outcome: 'live'},
    ])
    const [one, two] = ups as [Up, Up]
    t.is(new URL(one.url).hostname, `feature-one.${project.name}.localhost`)
    t.like(await request(addressOf(one)), {status: 200, body: 'one\n'})
    t.like(await request(addressOf(two)), {status: 200, body: 'two\n'})
    t.is(await git('status', '--porcelain', '--branch'), before, 'the working tree is nobody else’s')
    const found = await containersOf(project.name)
    t.deepEqual(found.map(({Labels, State}) => `${Labels['imm.ref']} ${State}`).toSorted(), [
      'refs/heads/feature/one running',
      'refs/heads/two running',
    ])

    await git('stash', '--quiet')
    await commit('two again')
    const load = steadyRequests(addressOf(two)).start()
    await load.served(5)
    const moved = await up(project, 'two')
    await load.served(5)
    const {failed, statuses, releases} = await load.stop()
    t.like(moved, {exitCode: 0, ups: [{outcome: 'live', url: two.url}]})
    t.deepEqual({failed, statuses: [...statuses], releases: releases.size}, {failed: 0, statuses: [200], releases: 2})
    t.like(await request(addressOf(two)), {status: 200, body: 'two again\n'})
    t.like(await up(project, 'two'), {exitCode: 0, ups: [{outcome: 'unchanged', url: two.url}]})
    t.is((await containersOf(project.name)).length, 2, 'what was before is gone')

    await project.write('src/server.js', "console.error('no such luck')\nprocess.exit(3)")
    await commit('broken')
    const broken = await up(project)
    t.like(broken, {exitCode: 1, ups: [{name: 'two', outcome: 'rejected', error: {code: 'CRASHED'}, url: two.url}]})
    t.like(await request(addressOf(two)), {status: 200, body: 'two again\n'})

    const instead = await imm(project, 'preview', 'logs', 'two')
    t.is(instead.exitCode, 0, instead.stderr)
    t.regex(instead.stderr, /was rejected: .*`imm show r\d+-/)
    t.notRegex(instead.stdout, /no such luck/)

    await git('branch', 'never')
    t.like(await up(project, 'never'), {exitCode: 1, ups: [{name: 'never', outcome: 'rejected', url: undefined}]})
    const kept = await imm(project, 'preview', 'logs', 'never')
    t.is(kept.exitCode, 0, kept.stderr)
    t.regex(kept.stderr, /never \w+ was rejected \(CRASHED\)/)
    t.regex(kept.stdout, /^r1-\w+ no such luck$/m)
    await imm(project, 'preview', 'down', 'never')

    const listed = jsonLines((await imm(project, 'preview', 'list', '--json')).stdout)
    t.like(listed, [
      {name: 'feature/one', state: 'awake', url: one.url},
      {name: 'two', state: 'rejected', url: two.url},
    ])
    t.true(listed.every(({memoryBytes}) => Number(memoryBytes) > 1_000_000))
  } finally {
    const {stderr} = await imm(project, 'preview', 'down', '--all')
    t.is(stderr, '')
  }
  t.deepEqual(await containersOf(project.name), [])
  t.deepEqual(await imagesOf(project.name), [])
  const filters = JSON.stringify({label: [`imm.project=${project.name}`]})
  const {Volumes} = await docker().listVolumes({filters})
  t.deepEqual(Volumes, [])
  await t.throwsAsync(stat(`${project.home}/checkouts/${project.name}/two`), {code: 'ENOENT'})
  t.is((await imm(project, 'preview', 'list', '--json')).stdout, '')
  await imm(project, 'proxy', 'stop')
})

test('from a subdirectory that is a project of its own, that of each branch is built', async (t) => {
  await using made = await testProject({fixture: null, settings: null, files: {'README.md': 'nothing to build here'}})
  await using web = await testProject({settings: 'guard: false\nhealth: /health'})
  const directory = path.join(made.directory, 'packages', 'web')
  await cp(web.directory, directory, {recursive: true})
  const project: TestProject = {...made, name: web.name, directory}
  const git = async (...args: string[]) => gitIn(made.directory, ...args)
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '--all')
  await git('commit', '--quiet', '-m', 'first')
  await git('checkout', '--quiet', '-b', 'x')
  await writeFile(path.join(directory, 'src', 'greeting.txt'), 'of packages/web')
  await git('commit', '--quiet', '--all', '-m', 'second')
  await git('checkout', '--quiet', '-b', 'without', 'main')
  await git('rm', '-r', '--quiet', 'packages')
  await git('commit', '--quiet', '-m', 'third')
  await git('checkout', '--quiet', 'main')
  try {
    const {exitCode, ups, stderr} = await up(project, 'x', 'without')
    t.is(exitCode, 1, stderr)
    t.like(ups, [
      {name: 'without', outcome: 'rejected', error: {code: 'PROJECT_NOT_FOUND'}},
      {name: 'x', outcome: 'live'},
    ])
    const [, x] = ups as [Up, Up]
    t.is(new URL(x.url).hostname, `x.${web.name}.localhost`)
    t.like(await request(addressOf(x)), {status: 200, body: 'of packages/web\n'})
  } finally {
    t.is((await imm(project, 'preview', 'down', '--all')).stderr, '')
  }
  t.deepEqual(await containersOf(web.name), [])
  await imm(project, 'proxy', 'stop')
})
