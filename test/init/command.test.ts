import {fileURLToPath} from 'node:url'

import test from 'ava'
import {execa} from 'execa'

import {testProject} from './project.ts'

const imm = fileURLToPath(new URL('../../bin/dev.js', import.meta.url))
const run = (args: readonly string[], cwd: string) =>
  execa(process.execPath, [imm, 'init', ...args], {cwd, reject: false})

test('imm init says what it found, wrote, and what comes next', async (t) => {
  await using project = await testProject({'requirements.txt': '', 'main.py': ''})
  const {stdout, exitCode} = await run([], project.directory)
  t.is(exitCode, 0)
  t.regex(stdout, /^A Python project:$/m)
  t.regex(stdout, /^ {2}wrote {2}Dockerfile$/m)
  t.regex(stdout, /^Next: imm dev$/m)
})

test('imm init --json is one object on stdout', async (t) => {
  await using project = await testProject({'index.html': ''})
  const {stdout, exitCode} = await run(['--json', '--dry-run'], project.directory)
  t.is(exitCode, 0)
  t.like(JSON.parse(stdout), {type: 'init', flavour: 'static', project: 'my-shop', next: 'imm dev'})
  t.deepEqual(await project.names(), ['index.html'])
})

test('imm init fails with the code and the next step where it finds nothing', async (t) => {
  await using project = await testProject({})
  const {stdout, stderr, exitCode} = await run(['--json'], project.directory)
  t.is(exitCode, 1)
  t.like(JSON.parse(stdout), {type: 'error', code: 'LANGUAGE_UNKNOWN'})
  t.regex(stderr, /--flavour/)
})
