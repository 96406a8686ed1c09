import {once} from 'node:events'
import {rename, truncate, writeFile} from 'node:fs/promises'
import {createServer, type AddressInfo} from 'node:net'
import path from 'node:path'

import type {ExecutionContext} from 'ava'
import {execa} from 'execa'

import {startDev} from '../support/dev.ts'
import {containersOf, imagesOf} from '../support/engine-socket.ts'
import {imm, immIn, jsonLines, type Finished} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject, type TestProject} from '../support/project.ts'
import {read} from '../support/read.ts'
import {engineGroup, ordinaryUser} from '../support/user.ts'

/** What a command that failed says, with `--json`. */
const failure = ({stdout}: Finished): Record<string, unknown> => jsonLines(stdout).at(-1) ?? {}

const fails = (
  t: ExecutionContext,
  finished: Finished,
  expected: {exitCode?: number; code: string; message: RegExp; next: RegExp},
): void => {
  const {code, message, next} = failure(finished)
  t.log(`${String(code)}: ${String(message)}\nnext: ${String(next)}`)
  t.is(finished.exitCode, expected.exitCode ?? 1)
  t.is(code, expected.code)
  t.regex(String(message), expected.message)
  t.regex(String(next), expected.next)
}

const nothingOf = async (t: ExecutionContext, {name}: TestProject): Promise<void> => {
  t.deepEqual(await containersOf(name), [])
  t.deepEqual(await imagesOf(name), [])
}

test('an empty directory, and one without a Dockerfile: imm init is named', async (t) => {
  await using project = await testProject({fixture: null, settings: null})
  const expected = {code: 'PROJECT_NOT_FOUND', message: /Dockerfile/, next: /imm init/}
  fails(t, await imm(project, 'dev', '--json'), expected)
  await project.write('server.js', 'listen(3000)\n')
  fails(t, await imm(project, 'dev', '--json'), expected)
  t.regex((await imm(project, 'dev')).stderr, /^error PROJECT_NOT_FOUND: .*\nnext: .*imm init/)
})

test('settings with mistakes: file, line and column, before anything is started', async (t) => {
  await using project = await testProject()
  const good = await read(project, 'imm.yaml')
  const refuses = async (text: string, message: RegExp) => {
    await project.write('imm.yaml', text)
    fails(t, await imm(project, 'dev', '--json'), {code: 'CONFIG_INVALID', message, next: /Correct/})
  }
  await refuses(`${good}env: {A: 1\n`, /imm\.yaml:\d+:\d+/)
  await refuses(`${good}prot: 3000\n`, /^imm\.yaml:4:1: prot: unknown key; did you mean "port"\?$/)
  await refuses(`${good}port: [3000]\ndrain: soon\n`, /^imm\.yaml:4:1: port: [^]*imm\.yaml:5:1: drain: /)
  await nothingOf(t, project)
})

test('settings with mistakes while imm dev runs: rejected, and the live release serves', async (t) => {
  await using project = await testProject()
  await using dev = startDev(project)
  const {release} = await dev.goesLive()
  const good = await read(project, 'imm.yaml')
  await project.write('imm.yaml', `${good}env: {A: 1\n`)
  const rejected = await dev.next('rejected')
  t.log(rejected.message)
  t.is(rejected.code, 'CONFIG_INVALID')
  t.regex(rejected.message, /imm\.yaml:\d+:\d+/)
  t.is((await dev.fetch()).release, release)

  await project.write('imm.yaml', good)
  t.is((await dev.next('unchanged')).release, release)
  await project.remove('Dockerfile')
  const missing = await dev.next('rejected')
  t.log(missing.message)
  t.is(missing.code, 'PROJECT_NOT_FOUND')
  t.is((await dev.fetch()).release, release)
})

test('a file that cannot be read is named, and what is live stays', async (t) => {
  await using project = await testProject()
  const user = await ordinaryUser(project, await engineGroup())
  await using dev = startDev(project, [], {}, user)
  const {release} = await dev.goesLive()
  const outside = path.join(project.directory, '..', 'secret.key')
  await writeFile(outside, 'secret\n', {mode: 0})
  await rename(outside, path.join(project.directory, 'src/secret.key'))
  const rejected = await dev.next('rejected')
  t.log(`${rejected.message}\nnext: ${rejected.next}`)
  t.is(rejected.code, 'CONTEXT_UNREADABLE')
  t.regex(rejected.message, /^src\/secret\.key cannot be read/)
  t.regex(rejected.next, /`src\/secret\.key` in \.dockerignore/)
  t.is((await dev.fetch()).release, release)

  await project.write('.dockerignore', 'src/secret.key\n')
  const live = await dev.goesLive()
  t.is((await dev.fetch()).release, live.release)
})

test('sockets and FIFOs stay out of the image, and are named', async (t) => {
  await using project = await testProject()
  await execa('mkfifo', [path.join(project.directory, 'src', 'pipe')])
  await using socket = createServer().listen(path.join(project.directory, 'src', 'socket'))
  await once(socket, 'listening')
  await using dev = startDev(project)
  const warning = await dev.next('warning')
  t.log(warning.message)
  t.regex(warning.message, /sockets, FIFOs.*"src\/pipe", "src\/socket"/)
  await dev.goesLive()
  t.is((await dev.fetch()).status, 200)
})

test('names with spaces and letters of any script', async (t) => {
  await using project = await testProject({
    fixture: null,
    settings: null,
    directoryOf: (name) => `Grüße 世界 & Söhne ${name}`,
    files: {
      Dockerfile: 'ARG BASE\nFROM ${BASE}\nCOPY . ./\nEXPOSE 3000\nCMD ["node", "der server.mjs"]\n',
      'der server.mjs': `import {createServer} from 'node:http'
import {readFileSync} from 'node:fs'
const greeting = readFileSync('Texte/grüße an die 世界.txt')
createServer((request, response) => response.end(greeting)).listen(3000)
`,
      'Texte/grüße an die 世界.txt': 'hej 世界\n',
    },
  })
  await using dev = startDev(project, [
    '--build-arg',
    `BASE=${process.env['IMM_TEST_BASE_NODE'] ?? 'imm-base/node:local'}`,
  ])
  const {url} = await dev.goesLive()
  t.log(url)
  t.regex(url, /^http:\/\/[a-z\d-]+\.localhost:\d+$/)
  t.is((await dev.fetch()).text, 'hej 世界\n')
  await project.write('Texte/grüße an die 世界.txt', 'salut\n')
  await dev.goesLive()
  t.is((await dev.fetch()).text, 'salut\n')
})

test('a file of 1 GB is named before it is sent, and .dockerignore helps at once', async (t) => {
  await using project = await testProject()
  await project.write('data/big.bin', '')
  await truncate(path.join(project.directory, 'data/big.bin'), 1_000_000_000)
  await using dev = startDev(project)
  const warning = await dev.next('warning', ({message}) => message.includes('big.bin'))
  t.log(warning.message)
  t.regex(warning.message, /^data\/big\.bin is 1000 MB .* \.dockerignore/)
  t.false(dev.events.some(({type}) => type === 'build'))
  // What is being sent is given up for the newer content.
  await project.write('.dockerignore', 'data\n')
  const live = await dev.goesLive()
  t.regex(live.release, /^r2-/)
  t.is((await dev.fetch()).status, 200)
})

test('a port that is taken is named with who to ask, and nothing is started', async (t) => {
  await using project = await testProject()
  await using server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  const expected = {
    code: 'PORT_IN_USE',
    message: new RegExp(`port ${port} is taken by node.* \\(pid ${process.pid}\\)`),
    next: /\w/,
  }
  fails(t, await imm(project, 'dev', '--json', '--port', String(port)), expected)
  await imm(project, 'proxy', 'stop')
  fails(t, await immIn(project, {env: {IMM_PROXY_PORT: String(port)}}, 'dev', '--json'), expected)
  await nothingOf(t, project)
})

test('wrong flags and commands: exit code 64, and where help is', async (t) => {
  await using project = await testProject()
  const expected = {exitCode: 64, code: 'USAGE', next: /imm .*--help/}
  fails(t, await imm(project, 'dev', '--json', '--prot', '3000'), {...expected, message: /--prot/})
  fails(t, await imm(project, 'dev', '--json', '--port', 'many'), {
    ...expected,
    message: /^--port: Expected an integer but received: many$/,
  })
  fails(t, await imm(project, 'rollback', '--json', 'twelve'), {...expected, message: /"twelve"/, next: /imm releases/})
  const unknown = await imm(project, 'lgos')
  t.is(unknown.exitCode, 64)
  t.regex(unknown.stderr, /there is no command `lgos`\nnext: Did you mean `imm logs`\? `imm --help`/)
})

test('commands with nothing running say so', async (t) => {
  await using project = await testProject()
  const nothing = {code: 'NOTHING_LIVE', message: new RegExp(project.name), next: /imm dev/}
  fails(t, await imm(project, 'logs', '--json'), nothing)
  fails(t, await imm(project, 'rollback', '--json'), nothing)
  fails(t, await imm(project, 'open', '--json'), nothing)
  fails(t, await imm(project, 'logs', 'r12-3fa9c1e', '--json'), {
    code: 'RELEASE_NOT_FOUND',
    message: /r12-3fa9c1e/,
    next: /imm status/,
  })
  const down = await imm(project, 'down')
  t.log(down.stdout)
  t.is(down.exitCode, 0)
  t.regex(down.stdout, /nothing|no container/i)
  const status = await imm(project, 'status')
  t.is(status.exitCode, 0)
  t.notRegex(status.stdout, new RegExp(project.name))
})
