import {tmpdir} from 'node:os'

import test from 'ava'

import {isImmError} from '../../src/errors.ts'
import {printedBy} from '../../src/preview/seed-command.ts'
import {until} from '../support/until.ts'

const {signal} = new AbortController()

const run = (command: readonly string[], within: AbortSignal = signal) =>
  printedBy({volume: 'data', command, directory: tmpdir(), env: {IMM_VOLUME: 'data'}}, within)

const text = async (chunks: AsyncIterable<Buffer>) => Buffer.concat(await Array.fromAsync(chunks)).toString()

test('what a command prints comes byte by byte, with what it is told', async (t) => {
  t.is(
    await text(run(['sh', '-c', 'printf "%s in %s" "$IMM_VOLUME" "$PWD"; echo not this >&2'])),
    `data in ${tmpdir()}`,
  )
  const bytes = await Array.fromAsync(run(['head', '-c', '300000', '/dev/urandom']))
  t.is(Buffer.concat(bytes).length, 300_000)
})

test('one that fails is no end of what it printed', async (t) => {
  const error = await t.throwsAsync(text(run(['sh', '-c', 'echo half; echo "no server" >&2; exit 3'])))
  t.true(isImmError(error, 'SEED_FAILED'))
  t.like(error, {
    message: 'the command that volume data is filled by ended with exit code 3',
    output: ['no server'],
  })
})

test('one that is not there is told', async (t) => {
  await t.throwsAsync(text(run(['imm-no-such-program'])), {code: 'SEED_FAILED', message: /could not be started/})
})

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('it ends when nobody wants it any more', async (t) => {
  const forever = ['sh', '-c', 'echo $$; exec sleep 1000']
  let pid = 0
  for await (const chunk of run(forever)) {
    pid = Number(chunk.toString())
    break
  }
  t.false(alive(pid), 'who stops reading')
  const calledOff = new AbortController()
  const reading = run(forever, calledOff.signal)
  pid = Number((await reading.next()).value?.toString())
  t.true(alive(pid))
  calledOff.abort(new Error('called off'))
  await t.throwsAsync(reading.next(), {message: 'called off'})
  await until(async () => !alive(pid))
})
