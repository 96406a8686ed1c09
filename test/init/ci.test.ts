import {mkdir, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {composeFileNames} from '../../src/compose/find.ts'
import {ciReportText} from '../../src/init/ci-report.ts'
import {ciSystems} from '../../src/init/ci-systems.ts'
import {initCi, type CiOptions} from '../../src/init/ci.ts'
import {testProject, type TestProject} from './project.ts'

const places = {github: '.github/workflows/imm.yml', gitlab: '.gitlab-ci.yml', jenkins: 'Jenkinsfile'} as const

const init = ({directory}: TestProject, options: Omit<CiOptions, 'directory'>) =>
  initCi({directory, ...options}, AbortSignal.timeout(20_000))

for (const system of ciSystems) {
  test(`${system}: a pipeline is written once, and a second run changes nothing`, async (t) => {
    await using project = await testProject({Dockerfile: 'FROM scratch\n'})
    const first = await init(project, {system})
    t.like(first.file, {name: places[system], action: 'written'})
    const text = await project.read(places[system])
    t.notRegex(text, /\{\{[#^/\w]|undefined/)
    const {mtimeMs} = await stat(path.join(project.directory, places[system]))
    for (const force of [false, true]) {
      const again = await init(project, {system, force})
      t.like(again, {file: {name: places[system], action: 'kept'}, differs: false})
      t.regex(ciReportText(again), /it is as it would be written/)
    }
    t.is(await project.read(places[system]), text)
    t.is((await stat(path.join(project.directory, places[system]))).mtimeMs, mtimeMs)
  })

  test(`${system}: another file of that name is kept, and overwritten with --force`, async (t) => {
    await using project = await testProject({Dockerfile: 'FROM scratch\n', [places[system]]: 'mine\n'})
    const kept = await init(project, {system})
    t.like(kept, {file: {action: 'kept'}, differs: true})
    t.regex(ciReportText(kept), /--force overwrites it/)
    t.is(await project.read(places[system]), 'mine\n')
    t.is((await init(project, {system, force: true})).file.action, 'overwritten')
    t.not(await project.read(places[system]), 'mine\n')
  })

  test(`${system}: a dry run shows the pipeline and writes nothing`, async (t) => {
    await using project = await testProject({Dockerfile: 'FROM scratch\n'})
    const result = await init(project, {system, dryRun: true})
    t.is(result.file.action, 'planned')
    t.true(ciReportText(result).includes(result.file.content?.trimEnd() ?? '?'))
    t.deepEqual(await project.names(), ['Dockerfile'])
  })
}

test('a workflow called imm.yaml counts as the one that would be imm.yml', async (t) => {
  await using project = await testProject({Dockerfile: '', '.github/workflows/imm.yaml': 'mine\n'})
  t.like((await init(project, {system: 'github'})).file, {name: '.github/workflows/imm.yaml', action: 'kept'})
  await t.throwsAsync(project.read(places.github), {code: 'ENOENT'})
})

test('a link is replaced and not followed', async (t) => {
  await using project = await testProject({Dockerfile: ''})
  const outside = path.join(project.directory, '..', 'outside')
  await writeFile(outside, 'theirs\n')
  await symlink(outside, path.join(project.directory, 'Jenkinsfile'))
  t.is((await init(project, {system: 'jenkins', force: true})).file.action, 'overwritten')
  t.is(await readFile(outside, 'utf8'), 'theirs\n')
})

test('a directory in the way is named', async (t) => {
  await using project = await testProject({Dockerfile: ''})
  await mkdir(path.join(project.directory, 'Jenkinsfile'))
  t.like(await t.throwsAsync(init(project, {system: 'jenkins', force: true})), {code: 'TEMPLATE_EXISTS'})
})

test('a file in the way of the directory is named', async (t) => {
  await using project = await testProject({Dockerfile: '', '.github': 'a file'})
  const error = await t.throwsAsync(init(project, {system: 'github'}), {
    message: /\.github\/workflows cannot be written/,
  })
  t.like(error, {code: 'PROJECT_UNWRITABLE'})
})

test('inside a repository it is refused, and the place for it named', async (t) => {
  await using project = await testProject({'.git/HEAD': '', 'services/api/Dockerfile': ''})
  const directory = path.join(project.directory, 'services', 'api')
  const refused = initCi({directory, system: 'gitlab'}, AbortSignal.timeout(20_000))
  const error = await t.throwsAsync(refused, {message: new RegExp(`inside the repository ${project.directory}`)})
  t.like(error, {code: 'USAGE', next: 'Run `imm init --ci gitlab` there.'})
  await rm(path.join(project.directory, '.git'), {recursive: true})
  t.is((await initCi({directory, system: 'gitlab'}, AbortSignal.timeout(20_000))).file.action, 'written')
})

test('a Compose project has no step that builds one Dockerfile', async (t) => {
  for (const system of ciSystems) {
    await using project = await testProject({'compose.yaml': 'services: {}\n'})
    const {file, notes} = await init(project, {system})
    t.notRegex(file.content ?? '', /imm build/)
    t.regex(file.content ?? '', /imm preview up --ci/)
    t.deepEqual(notes, [])
  }
})

test('every name of a Compose file is known, and a project without anything to build is told so', async (t) => {
  for (const name of composeFileNames.filter((each) => !each.includes('override'))) {
    await using project = await testProject({[name]: ''})
    t.deepEqual((await init(project, {system: 'jenkins'})).notes, [], name)
  }
  await using empty = await testProject({})
  t.regex((await init(empty, {system: 'jenkins'})).notes.join('\n'), /no Dockerfile/)
})
