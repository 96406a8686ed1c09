import test from 'ava'

import {testProject, written} from './project.ts'

test('a directory without any mark of a language is told what was looked for', async (t) => {
  await using project = await testProject({'notes.txt': ''})
  const error = await t.throwsAsync(project.init())
  t.like(error, {code: 'LANGUAGE_UNKNOWN'})
  for (const mark of ['package.json', 'requirements.txt', 'pyproject.toml', 'go.mod', 'Gemfile', 'index.html'])
    t.true(error.message.includes(mark), mark)
  t.deepEqual(await project.names(), ['notes.txt'])
})

test('marks of a language with nothing to start say what is missing', async (t) => {
  await using project = await testProject({'requirements.txt': 'flask\n'})
  const error = await t.throwsAsync(project.init(), {message: /requirements\.txt is there, and none of .*main\.py/})
  t.like(error, {code: 'LANGUAGE_UNKNOWN'})
})

test('of two languages the one that can be started is taken', async (t) => {
  await using project = await testProject({
    'package.json': {scripts: {start: 'node server.js'}},
    'requirements.txt': 'black\n',
  })
  const {flavour, others} = await project.init({dryRun: true})
  t.is(flavour, 'node')
  t.deepEqual(others, [])
})

test('of two that can be started, package.json comes second, and the other is named', async (t) => {
  await using project = await testProject({
    'package.json': {scripts: {start: 'node server.js'}},
    'requirements.txt': 'flask\n',
    'app.py': 'app = Flask(__name__)\n',
  })
  const {flavour, others} = await project.init({dryRun: true})
  t.is(flavour, 'python')
  t.deepEqual(others, ['node'])
  t.is((await project.init({dryRun: true, flavour: 'node'})).flavour, 'node')
})

test('a named flavour is taken without anything to start, and refused without its mark', async (t) => {
  await using project = await testProject({'package.json': {}})
  t.regex(written(await project.init({dryRun: true, flavour: 'node'}), 'Dockerfile'), /CMD \["node","server\.js"\]/)
  t.like(await t.throwsAsync(project.init({flavour: 'go'}), {message: /there is no go\.mod/}), {
    code: 'LANGUAGE_UNKNOWN',
  })
})

test('a named flavour needs no mark where something to start is there; nothing is installed without a list', async (t) => {
  await using project = await testProject({'app.py': 'print("hello")\n'})
  t.like(await t.throwsAsync(project.init({dryRun: true})), {code: 'LANGUAGE_UNKNOWN'})
  const dockerfile = written(await project.init({dryRun: true, flavour: 'python'}), 'Dockerfile')
  t.regex(dockerfile, /CMD \["python3","app\.py"\]/)
  t.notRegex(dockerfile, /pip|venv/)
})

test('a framework without a list of dependencies is told to be missing', async (t) => {
  await using project = await testProject({'app.py': 'app = FastAPI()\n'})
  const {notes} = await project.init({dryRun: true, flavour: 'python'})
  t.is(notes.length, 1)
  t.regex(notes[0] ?? '', /has no FastAPI: name it in requirements\.txt/)
})

test('a directory that is not there is named', async (t) => {
  await using project = await testProject({})
  const directory = `${project.directory}/missing`
  const error = await t.throwsAsync(project.init({directory}))
  t.like(error, {code: 'PROJECT_NOT_FOUND'})
  t.true(error.message.startsWith(directory))
})
