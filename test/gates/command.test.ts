import {mkdtemp, readFile, realpath, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import {runCommand} from '../../src/gates/command.ts'
import {until} from '../support/until.ts'

const {signal} = new AbortController()

const place = async (t: ExecutionContext): Promise<string> => {
  const directory = await realpath(await mkdtemp(path.join(tmpdir(), 'imm-gates-')))
  t.teardown(async () => rm(directory, {recursive: true}))
  return directory
}

const run = async (
  directory: string,
  command: readonly string[],
  env: Record<string, string> = {},
  within = signal,
) => {
  const lines: string[] = []
  const end = await runCommand(directory, {command, env}, (line) => lines.push(line), within)
  return {end, lines}
}

const shell = (script: string) => ['sh', '-c', script]

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const numberIn = async (file: string): Promise<number> => {
  let text = ''
  await until(async () => {
    text = await readFile(file, 'utf8').catch(() => '')
    return text.endsWith('\n')
  })
  return Number(text)
}

test('a command runs in the directory, with its variables on top of our own, and its lines are passed on', async (t) => {
  const directory = await place(t)
  const {end, lines} = await run(
    directory,
    shell('pwd; echo "$IMM_URL"; test -n "$PATH"; echo err >&2; printf unfinished'),
    {IMM_URL: 'http://127.0.0.1:1'},
  )
  t.deepEqual(end, {outcome: 'exited', exitCode: 0})
  t.deepEqual(lines.toSorted(), [directory, 'err', 'http://127.0.0.1:1', 'unfinished'].toSorted())
})

test('no shell takes part in its words, and its input is empty', async (t) => {
  const directory = await place(t)
  t.deepEqual((await run(directory, ['echo', '$HOME', '*', ';', 'x'])).lines, ['$HOME * ; x'])
  t.deepEqual(await run(directory, ['cat']), {end: {outcome: 'exited', exitCode: 0}, lines: []})
})

test('how it ended is told: its exit code, its signal, or why it did not start', async (t) => {
  const directory = await place(t)
  t.deepEqual((await run(directory, shell('exit 3'))).end, {outcome: 'exited', exitCode: 3})
  t.deepEqual((await run(directory, shell('kill -SEGV $$'))).end, {outcome: 'killed', by: 'SIGSEGV'})
  const {end} = await run(directory, ['no-such-program-of-imm'])
  t.regex(end.outcome === 'not started' ? end.detail : '', /ENOENT/)
  const nowhere = await run(path.join(directory, 'nowhere'), ['true'])
  t.is(nowhere.end.outcome, 'not started')
})

test('a command that is given up ends with all its children before this rejects, also those that ignore SIGTERM', async (t) => {
  const directory = await place(t)
  const abort = new AbortController()
  const script = `trap '' TERM; sh -c "trap '' TERM; echo \\$\\$ > child; while :; do sleep 1; done" & echo $$ > leader; wait`
  const running = run(directory, shell(script), {}, abort.signal)
  const pids = [await numberIn(path.join(directory, 'leader')), await numberIn(path.join(directory, 'child'))]
  t.true(pids.every(lives))
  abort.abort('superseded')
  t.is(await running.catch((error: unknown) => error), 'superseded')
  await until(async () => !pids.some(lives))
  t.pass()
})

test('a command may put away what it made when it is asked to end', async (t) => {
  const directory = await place(t)
  const abort = new AbortController()
  const running = run(
    directory,
    shell(`trap 'echo 1 > tidied; exit' TERM; echo 1 > began; while :; do sleep 0.05; done`),
    {},
    abort.signal,
  )
  await numberIn(path.join(directory, 'began'))
  abort.abort('superseded')
  await t.throwsAsync(async () => running, {any: true})
  t.is(await readFile(path.join(directory, 'tidied'), 'utf8'), '1\n')
})

test('what a command leaves running ends with it, and does not keep it from its end', async (t) => {
  const directory = await place(t)
  const {end, lines} = await run(directory, shell('sleep 1000 & echo $! > left; echo done'))
  t.deepEqual(end, {outcome: 'exited', exitCode: 0})
  t.deepEqual(lines, ['done'])
  const pid = await numberIn(path.join(directory, 'left'))
  await until(async () => !lives(pid))
})

test('a signal that was aborted before starts nothing', async (t) => {
  const directory = await place(t)
  const gone = AbortSignal.abort('gone')
  t.is(await run(directory, shell('echo 1 > began'), {}, gone).catch((error: unknown) => error), 'gone')
  await t.throwsAsync(readFile(path.join(directory, 'began')))
})
