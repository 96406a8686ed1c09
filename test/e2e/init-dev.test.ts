import {readFile} from 'node:fs/promises'
import path from 'node:path'

import {startDev} from '../support/dev.ts'
import {docker} from '../support/engine-socket.ts'
import {imm} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject} from '../support/project.ts'

const base = (name: string): string => process.env[`IMM_TEST_BASE_${name.toUpperCase()}`] ?? `imm-base/${name}:local`

// Not every machine that runs the tests can build Go offline.
const hasGo = await docker()
  .getImage(base('go'))
  .inspect()
  .then(
    () => true,
    () => false,
  )

interface Language {
  fixture: string | null
  files?: Record<string, string>
  args: Record<string, string>
  /** a file, and what to replace in it */
  edit: [file: string, from: string, to: string]
  answers: RegExp
  answersEdited: RegExp
}

const goesLive = test.macro(async (t, {fixture, files = {}, args, edit, answers, answersEdited}: Language) => {
  await using project = await testProject({fixture, files, settings: null})
  const init = await imm(project, 'init', '--json')
  t.is(init.exitCode, 0, init.stderr)
  const flags = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`])
  await using dev = startDev(project, flags)
  const first = await dev.goesLive()
  t.regex((await dev.fetch()).text, answers)

  const [file, from, to] = edit
  const source = await readFile(path.join(project.directory, file), 'utf8')
  await project.write(file, source.replace(from, to))
  t.is((await dev.goesLive()).previous, first.release)
  t.regex((await dev.fetch()).text, answersEdited)
})

const server = `import {createServer} from 'node:http'
const server = createServer((request, response) => response.end('Hello from Node\\n'))
server.listen(Number(process.env.PORT ?? 3210))
process.once('SIGTERM', () => server.close())
`

test('Python: imm init, imm dev, a save', goesLive, {
  fixture: 'python-hello',
  args: {BASE_IMAGE: base('python')},
  edit: ['main.py', 'Hello from Python', 'Hello again'],
  answers: /Hello from Python/,
  answersEdited: /Hello again/,
})

test('static files: imm init, imm dev, a save', goesLive, {
  fixture: 'static-hello',
  args: {BASE_IMAGE: base('static')},
  edit: ['index.html', 'Hello from static files', 'Hello again'],
  answers: /Hello from static files/,
  answersEdited: /Hello again/,
})

test('Node: imm init, imm dev, a save', goesLive, {
  fixture: null,
  files: {
    'package.json': JSON.stringify({type: 'module', scripts: {start: 'node server.js'}}),
    'package-lock.json': JSON.stringify({lockfileVersion: 3, requires: true, packages: {'': {}}}),
    'server.js': server,
  },
  args: {BASE_IMAGE: base('node')},
  edit: ['server.js', 'Hello from Node', 'Hello again'],
  answers: /Hello from Node/,
  answersEdited: /Hello again/,
})

;(hasGo ? test : test.skip)('Go: imm init, imm dev, a save', goesLive, {
  fixture: 'go-hello',
  args: {BUILD_IMAGE: base('go'), BASE_IMAGE: base('static')},
  edit: ['main.go', 'Hello from Go', 'Hello again'],
  answers: /Hello from Go/,
  answersEdited: /Hello again/,
})
