import {execFile} from 'node:child_process'
import {chmod, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'

import {waitingProgram} from '../../../../src/engine/docker/sandbox/waiting-program.ts'
import {until} from '../../../support/until.ts'

const names = {x64: 'amd64', arm64: 'arm64'} as Partial<Record<string, string>>
const own = names[process.arch]
const here = process.platform === 'linux' && own !== undefined ? test : test.skip

here('the program for this processor sleeps until it is killed', async (t) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-wait-'))
  t.teardown(() => rm(directory, {recursive: true}))
  const file = path.join(directory, 'wait')
  await writeFile(file, waitingProgram(own ?? '') ?? '')
  await chmod(file, 0o755)
  const child = execFile(file)
  const ended = Promise.withResolvers<NodeJS.Signals | null>()
  child.once('exit', (_code, signal) => ended.resolve(signal))
  const status = async () => {
    const [, rest = ''] = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).split(') ')
    return rest.split(' ')
  }
  await until(async () => (await status())[0] === 'S')
  // Interrupted by a stop, it goes on waiting.
  child.kill('SIGSTOP')
  await until(async () => (await status())[0] === 'T')
  child.kill('SIGCONT')
  await until(async () => (await status())[0] === 'S')
  child.kill('SIGKILL')
  t.is(await ended.promise, 'SIGKILL')
})

for (const [name, machine] of [
  ['amd64', 62],
  ['x86_64', 62],
  ['arm64', 183],
  ['aarch64', 183],
] as const)
  test(`the program for ${name} is one loadable piece that begins where its code does`, (t) => {
    const program = waitingProgram(name)
    if (!program) return t.fail()
    t.is(program.toString('latin1', 0, 4), '\x7fELF')
    t.is(program.readUInt16LE(18), machine)
    t.is(program.readBigUInt64LE(24) - program.readBigUInt64LE(80), 120n)
    t.is(program.readBigUInt64LE(96), BigInt(program.length))
    t.true(program.length < 200)
    return undefined
  })

test('there is none for other processors', (t) => {
  t.is(waitingProgram('riscv64'), undefined)
})
