import {mkdir} from 'node:fs/promises'
import path from 'node:path'

import type {ExecutionContext} from 'ava'

import {imm, immIn, jsonLines} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject, type ProjectOptions, type TestProject} from '../support/project.ts'

const files = {
  Dockerfile: `ARG NODE_IMAGE
FROM \${NODE_IMAGE}
WORKDIR /app
COPY package.json lib ./
RUN npm ci
COPY src ./src
`,
  'lib/a.js': '',
  'src/index.js': '',
  'notes.txt': '',
  'secret.txt': '',
  '.dockerignore': 'secret.txt\nDockerfile\n',
  'package.json': '{}',
}

/** No engine answers: none is needed. */
const noEngine = {env: {DOCKER_HOST: 'unix:///nowhere/docker.sock'}}

const project = (options: ProjectOptions = {}): Promise<TestProject> => testProject({fixture: null, files, ...options})

const explained = async (t: ExecutionContext, of: TestProject, ...args: string[]) => {
  const {exitCode, stdout, stderr} = await immIn(of, noEngine, 'explain', '--json', ...args)
  t.is(exitCode, 0, stderr)
  return jsonLines(stdout)
}

test('a file costs what the instructions that read it demand, and the reason names their line', async (t) => {
  await using of = await project()
  const [source, manifest, lib] = await explained(t, of, 'src/index.js', 'package.json', 'lib/a.js')
  t.like(source, {type: 'explain', file: 'src/index.js', how: 'delta', line: 6})
  t.regex(String(source?.['reason']), /^Dockerfile:6: COPY src \.\/src copies src\/index\.js/)
  t.like(manifest, {how: 'full', line: 5})
  t.regex(String(manifest?.['reason']), /^Dockerfile:5: RUN npm ci could read package\.json$/)
  t.is(manifest?.['advice'], undefined, 'an installer has to see its manifest')
  t.like(lib, {how: 'full', line: 5})
  t.regex(String(lib?.['advice']), /copy package\.json and the lock file alone before it/)
})

test('what enters no image costs nothing, and it says why', async (t) => {
  await using of = await project()
  const place = path.basename(of.directory)
  const answers = await explained(t, of, 'notes.txt', 'secret.txt', '../elsewhere.txt', 'nope.txt', '.git/HEAD')
  t.deepEqual(
    answers.map(({file, how, reason}) => [file, how, String(reason).replace(/\/\S*\/(?=t[0-9a-f]{8})/, '')]),
    [
      ['notes.txt', 'none', 'nothing in Dockerfile reads notes.txt'],
      ['secret.txt', 'none', '.dockerignore keeps it out of the image'],
      ['../elsewhere.txt', 'none', `it lies outside of the build context ${place}`],
      ['nope.txt', 'none', 'there is no such file'],
      ['.git/HEAD', 'none', 'no such directory is ever part of an image'],
    ],
  )
})

test('files that say how to build and how to run have their own answers', async (t) => {
  await using of = await project({files: {...files, '.dockerignore': `${files['.dockerignore']}imm.yaml\n`}})
  const answers = await explained(t, of, 'Dockerfile', '.dockerignore', 'imm.yaml')
  t.deepEqual(
    answers.map(({how}) => how),
    ['full', 'full', 'settings'],
  )
})

test('files that imm dev does not watch cost nothing by themselves', async (t) => {
  await using of = await project({settings: 'watch: {ignore: [src/generated]}'})
  await of.write('src/generated/api.js', '')
  const [generated, index] = await explained(t, of, 'src/generated/api.js', 'src/index.js')
  t.like(generated, {how: 'none'})
  t.regex(String(generated?.['reason']), /watch/)
  t.like(index, {how: 'delta'})
})

test('without a file it tells of all at the top of the context, a directory by its dearest file', async (t) => {
  await using of = await project()
  await of.write('Dockerfile', `${files.Dockerfile}COPY src/index.js /\nRUN true\nCOPY notes.txt src/late.js ./\n`)
  await of.write('src/late.js', '')
  const costs = (await explained(t, of)).map(({file, kind, how}) => `${String(file)} ${String(kind)} ${String(how)}`)
  t.deepEqual(costs, [
    '.dockerignore file full',
    'Dockerfile file full',
    'imm.yaml file settings',
    'lib directory full',
    'notes.txt file delta',
    'package.json file full',
    'src directory full',
  ])
  const {stdout} = await immIn(of, noEngine, 'explain')
  t.regex(stdout, /^a change of +costs +because\n/)
  t.regex(stdout, /^src\/ +full +Dockerfile:\d+: /m)
  t.regex(stdout, /^cheaper: /m)
})

test('files are meant from the current directory, also where the context is another', async (t) => {
  await using of = await testProject({
    fixture: null,
    settings: null,
    files: {'app/Dockerfile': 'FROM scratch\nCOPY app/main.txt lib /\n', 'app/main.txt': '', 'lib/a.txt': ''},
  })
  await of.write('app/imm.yaml', 'build: {context: .., dockerfile: Dockerfile}\n')
  const app = {...of, directory: path.join(of.directory, 'app')}
  const answers = await explained(t, app, 'main.txt', '../lib/a.txt')
  t.deepEqual(
    answers.map(({file, how}) => [file, how]),
    [
      ['main.txt', 'delta'],
      ['../lib/a.txt', 'delta'],
    ],
  )
})

test('a Dockerfile that is not understood makes every change a full build, and where there is none it says so', async (t) => {
  await using of = await project({
    files: {...files, Dockerfile: '# syntax=example.com/other\nFROM scratch\nCOPY src /\n'},
  })
  const [answer] = await explained(t, of, 'src/index.js')
  t.like(answer, {how: 'full'})
  t.regex(String(answer?.['advice']), /# syntax/)
  const empty = path.join(of.directory, 'empty')
  await mkdir(empty)
  const {exitCode, stderr} = await imm({...of, directory: empty}, 'explain', 'x')
  t.is(exitCode, 1)
  t.regex(stderr, /PROJECT_NOT_FOUND/)
})
