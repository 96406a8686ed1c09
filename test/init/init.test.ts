import {mkdir, readFile, symlink, writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {loadSettings} from '../../src/config/load.ts'
import {flavours} from '../../src/init/plan.ts'
import {reportText} from '../../src/init/report.ts'
import {createFile, replaceFile} from '../../src/init/write.ts'
import {testProject, written, type Files} from './project.ts'

const node: Files = {
  'package.json': {name: '@acme/Web Shop', scripts: {start: 'node server.js'}},
  'server.js': 'app.get("/healthz")\n',
}

const smallest: Readonly<Record<(typeof flavours)[number], Files>> = {
  node,
  python: {'requirements.txt': '', 'main.py': ''},
  go: {'go.mod': 'module example.com/shop\n', 'main.go': 'package main\n'},
  ruby: {Gemfile: "gem 'rails'\n", 'config/routes.rb': ''},
  static: {'index.html': ''},
}

for (const flavour of flavours)
  test(`the imm.yaml written for ${flavour} is taken by imm`, async (t) => {
    await using project = await testProject(smallest[flavour])
    const result = await project.init()
    t.is(result.flavour, flavour)
    t.deepEqual(
      result.files.map(({name, action}) => `${action} ${name}`),
      ['written Dockerfile', 'written .dockerignore', 'written imm.yaml'],
    )
    const {settings, warnings} = await loadSettings({
      directory: project.directory,
      flags: {},
      signal: AbortSignal.timeout(10_000),
    })
    t.is(settings.project, result.project)
    t.deepEqual(warnings, [])
    t.regex(await project.read('imm.yaml'), /^# yaml-language-server: \$schema=\S+imm\.schema\.json\n/)
    t.notRegex((await project.read('Dockerfile')) + (await project.read('.dockerignore')), /\{\{|undefined/)
  })

test('the name in imm.yaml is the one that imm uses without it, and the health check is set', async (t) => {
  await using project = await testProject(node)
  const load = () => loadSettings({directory: project.directory, flags: {}, signal: AbortSignal.timeout(10_000)})
  await writeFile(path.join(project.directory, 'Dockerfile'), 'FROM scratch\n')
  const {settings: before} = await load()
  await project.init()
  const {settings: after} = await load()
  t.is(after.project, 'web-shop')
  t.is(after.project, before.project)
  t.like(after.health, {kind: 'http', path: '/healthz'})
  t.notRegex(await project.read('imm.yaml'), /any HTTP answer/)
})

test('what is there is kept and named, and the rest is written', async (t) => {
  await using project = await testProject({...node, Dockerfile: 'FROM mine\n'})
  const {files} = await project.init()
  t.deepEqual(
    files.map(({name, action}) => `${action} ${name}`),
    ['kept Dockerfile', 'written .dockerignore', 'written imm.yaml'],
  )
  t.is(await project.read('Dockerfile'), 'FROM mine\n')
})

test('Containerfile and imm.yml count as what they stand for', async (t) => {
  await using project = await testProject({...node, Containerfile: 'FROM mine\n', 'imm.yml': 'port: 1\n'})
  const {files} = await project.init()
  t.deepEqual(
    files.map(({name, action}) => `${action} ${name}`),
    ['kept Containerfile', 'written .dockerignore', 'kept imm.yml'],
  )
  t.false((await project.names()).includes('imm.yaml'))
})

test('a second run writes nothing and says so', async (t) => {
  await using project = await testProject(node)
  await project.init()
  const before = await project.read('Dockerfile')
  const result = await project.init()
  t.true(result.files.every(({action}) => action === 'kept'))
  t.true(reportText(result, project.directory).endsWith('Nothing had to be written. Next: imm dev'))
  t.is(await project.read('Dockerfile'), before)
})

test('an own Dockerfile may copy what was built outside, so that stays in the context', async (t) => {
  const built = {'package.json': {scripts: {build: 'tsc', start: 'node dist/server.js'}}}
  await using project = await testProject({...built, Dockerfile: 'FROM mine\nCOPY dist .\n'})
  t.notRegex(written(await project.init({dryRun: true}), '.dockerignore'), /^dist$/m)
})

test('--force overwrites what is there, and replaces a link instead of following it', async (t) => {
  await using project = await testProject({...node, 'imm.yaml': 'port: 1\n'})
  const outside = path.join(project.directory, '..', 'outside')
  await writeFile(outside, 'theirs\n')
  await symlink(outside, path.join(project.directory, 'Dockerfile'))
  const {files} = await project.init({force: true})
  t.deepEqual(
    files.map(({action}) => action),
    ['overwritten', 'written', 'overwritten'],
  )
  t.regex(await project.read('Dockerfile'), /^FROM/m)
  t.is(await readFile(outside, 'utf8'), 'theirs\n')
  t.false((await project.names()).some((name) => name.endsWith('.tmp')))
})

test('a directory in the way stops it before anything is written', async (t) => {
  await using project = await testProject(node)
  await mkdir(path.join(project.directory, 'imm.yaml'))
  t.like(await t.throwsAsync(project.init({force: true})), {code: 'TEMPLATE_EXISTS'})
  t.deepEqual(await project.names(), ['imm.yaml', 'package.json', 'server.js'])
})

test('a dry run shows the files and writes none', async (t) => {
  await using project = await testProject(node)
  const result = await project.init({dryRun: true})
  t.deepEqual(await project.names(), ['package.json', 'server.js'])
  const text = reportText(result, path.dirname(project.directory))
  t.regex(text, /^# Dockerfile$/m)
  t.regex(text, /would write {2}imm\.yaml/)
  t.true(text.endsWith(`Next: cd 'my shöp' && imm dev`))
})

test('the schema is the one of the imm that the project has', async (t) => {
  await using project = await testProject({...node, 'node_modules/@imm-dev/imm/dist/config/imm.schema.json': '{}'})
  t.regex(written(await project.init({dryRun: true}), 'imm.yaml'), /\$schema=\.\/node_modules\/@imm-dev\/imm\/dist/)
})

test('--force overwrites a Containerfile and an imm.yml under their own names', async (t) => {
  await using project = await testProject({...node, Containerfile: 'FROM mine\n', 'imm.yml': 'port: 1\n'})
  const {files} = await project.init({force: true})
  t.deepEqual(
    files.map(({name, action}) => `${action} ${name}`),
    ['overwritten Containerfile', 'written .dockerignore', 'overwritten imm.yml'],
  )
  t.deepEqual(await project.names(), ['.dockerignore', 'Containerfile', 'imm.yml', 'package.json', 'server.js'])
})

test('a file that cannot be written is named', async (t) => {
  const file = path.join('/proc/self/nothing', 'Dockerfile')
  const signal = AbortSignal.timeout(5000)
  for (const write of [createFile, replaceFile])
    t.like(await t.throwsAsync(write(file, '', signal), {message: new RegExp(`^${file} cannot be written`)}), {
      code: 'PROJECT_UNWRITABLE',
    })
})

test('a token for a registry stays out of a built site as well', async (t) => {
  await using project = await testProject({
    'package.json': {scripts: {build: 'vite build'}, devDependencies: {vite: '7'}},
    '.npmrc': '//registry.example/:_authToken=abc123\n',
  })
  const result = await project.init({dryRun: true})
  t.regex(written(result, '.dockerignore'), /^\.npmrc$/m)
  t.notRegex(written(result, 'Dockerfile'), /npmrc/)
})
