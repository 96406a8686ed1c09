import {fileURLToPath} from 'node:url'

import test from 'ava'
import {execa} from 'execa'

const cli = fileURLToPath(new URL('cli/run.ts', import.meta.url))

const imm = (...args: string[]) =>
  execa(process.execPath, ['--disable-warning=ExperimentalWarning', cli, ...args], {
    reject: false,
    env: {NO_COLOR: '1', FORCE_COLOR: undefined, NODE_ENV: 'production'},
    timeout: 30_000,
  })

test('an error of the user is its code, cause, output and next step, with exit code 1', async (t) => {
  const {exitCode, stdout, stderr} = await imm('fail', 'known')
  t.is(exitCode, 1)
  t.is(stdout, 'text for people')
  t.is(stderr, 'error BUILD_FAILED: npm ci failed\n  one\n    two\nnext: Correct it.')
})

test('under --json stdout holds JSON lines alone, and text for people is on stderr', async (t) => {
  const {exitCode, stdout, stderr} = await imm('fail', 'known', '--json')
  t.is(exitCode, 1)
  const lines = stdout.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)
  t.deepEqual(lines[0], {type: 'begun'})
  const {time, ...error} = lines[1] ?? {}
  t.deepEqual(error, {
    type: 'error',
    code: 'BUILD_FAILED',
    message: 'npm ci failed',
    next: 'Correct it.',
    output: ['one', '  two'],
  })
  t.regex(String(time), /^\d{4}-\d\d-\d\dT/)
  t.regex(stderr, /^text for people\nerror BUILD_FAILED/)
})

test('names of others in an error, a warning or JSON do nothing to the terminal, and lines of output keep their colours', async (t) => {
  const {stderr} = await imm('fail', 'hostile')
  t.is(stderr, 'warning: x\nerror BUILD_FAILED: x\n  \u001b[31mred\u001b[0m x\u001b[0m\nnext: x')
  const {stdout} = await imm('fail', 'hostile', '--json')
  // oxlint-disable-next-line no-control-regex -- none of these may be left
  t.notRegex(stdout, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/)
  t.like(JSON.parse(stdout.split('\n')[1] ?? ''), {bad: '\u001b]0;title\u0007\u001b[2J\u009b2Jx\u007f'})
})

test('a bug ends with 70, its stack and the request to report it', async (t) => {
  const {exitCode, stderr} = await imm('fail', 'bug')
  t.is(exitCode, 70)
  t.regex(stderr, /^error BUG: two releases are live\n {2}at Fail\.run .*\n[\s\S]*Please report it/)
})

test('an error that nobody awaits ends the command in good order, with 70', async (t) => {
  const {exitCode, stdout, stderr} = await imm('fail', 'stray')
  t.is(exitCode, 70)
  t.regex(stdout, /ended in good order/)
  t.regex(stderr, /^error BUG: nobody awaits this/)
})

test('the first cause is told when cleaning up fails too', async (t) => {
  const {exitCode, stderr} = await imm('fail', 'cleanup')
  t.is(exitCode, 1)
  t.regex(stderr, /^error CRASHED: the first cause/)
})

test('a difference found ends with 2 and no error', async (t) => {
  const {exitCode, stderr} = await imm('fail', 'difference')
  t.is(exitCode, 2)
  t.is(stderr, '')
})

for (const [mistake, args, message] of [
  ['an unknown flag', ['fail', 'known', '--nope'], /Nonexistent flag: --nope/],
  ['a missing argument', ['fail'], /Missing 1 required arg/],
  ['a value that is none of the options', ['fail', 'other'], /Expected other to be one of/],
  ['a flag that is no number', ['fail', 'known', '--count', 'x'], /Expected an integer but received: x/],
  ['an unknown command', ['nope'], /there is no command `nope`/],
] as const) {
  test(`${mistake} is wrong usage, 64, also told in JSON`, async (t) => {
    const {exitCode, stdout, stderr} = await imm(...args)
    t.is(exitCode, 64)
    t.is(stdout, '')
    t.regex(stderr, message)
    t.regex(stderr, /^error USAGE: [\s\S]*\nnext: .*--help`/)
    const json = await imm(...args, '--json')
    t.is(json.exitCode, 64)
    t.like(JSON.parse(json.stdout), {type: 'error', code: 'USAGE'})
  })
}

test('a command and a flag that are nearly right are told as they were meant', async (t) => {
  t.regex((await imm('fial')).stderr, /\nnext: Did you mean `imm fail`\? `imm --help`/)
  t.regex((await imm('fial', 'known')).stderr, /\nnext: Did you mean `imm fail`\? `imm --help`/)
  t.regex((await imm('fail', 'known', '--cuont', '3')).stderr, /\nnext: Did you mean `--count`\? See `imm fail --help`/)
  t.notRegex((await imm('fail', 'known', '--nope')).stderr, /Did you mean/)
})

test('--json after -- belongs to the command', async (t) => {
  const {stdout} = await imm('fail', 'known', '--', '--json')
  t.notRegex(stdout, /\{/)
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} lets the command end in good order, with 130`, async (t) => {
    for (const flags of [[], ['--throws']]) {
      const child = imm('wait', ...flags)
      await said(child, 'waiting')
      child.kill(signal)
      const {exitCode, stdout, stderr} = await child
      t.is(exitCode, 130)
      t.is(stdout, 'waiting\nstopping')
      t.is(stderr, '')
    }
  })
}

test('a second Ctrl-C asks to end at once, and two that came together are one', async (t) => {
  const child = imm('wait', '--stubborn')
  await said(child, 'waiting')
  child.kill('SIGINT')
  await said(child, 'stopping')
  // A third party's repetition of the first key press reaches the process within moments of it.
  child.kill('SIGINT')
  const ended = await Promise.race([child.then(() => 'ended'), pressedUntilEnded(child)])
  t.is(ended, 'ended')
  const {exitCode, stdout} = await child
  t.is(exitCode, 130)
  t.is(stdout, 'waiting\nstopping\nat once')
})

test('a third Ctrl-C ends a process that hangs', async (t) => {
  const child = imm('wait', '--hangs')
  await said(child, 'waiting')
  await pressedUntilEnded(child)
  const {signal, stdout} = await child
  t.is(signal, 'SIGINT')
  t.is(stdout, 'waiting\nstopping')
})

for (const flags of [[], ['--json']]) {
  test(`when nobody reads the output any more the command ends quietly (${flags.join() || 'text'})`, async (t) => {
    const child = imm('pour', ...flags)
    child.stdout.once('data', () => child.stdout.destroy())
    if (flags.length > 0) child.stderr.resume()
    const {exitCode, stderr} = await child
    t.is(exitCode, 0)
    t.notRegex(stderr, /error|EPIPE/)
  })
}

test('colours are for terminals, and FORCE_COLOR has the last word', async (t) => {
  const coloured = await execa(process.execPath, [cli, 'fail', 'known'], {
    reject: false,
    env: {FORCE_COLOR: '1', NO_COLOR: undefined},
  })
  t.true(coloured.stderr.includes('\x1b[31merror BUILD_FAILED:'))
  t.false((await imm('fail', 'known')).stderr.includes('\x1b'))
})

test('help shows the flags that every command has in a group of their own', async (t) => {
  const {stdout} = await imm('fail', '--help')
  t.regex(stdout, /GLOBAL FLAGS\n +-v, --verbose .*\n +--json /)
})

type Child = ReturnType<typeof imm>

/** Resolves once the child has printed the text. */
const said = (child: Child, text: string): Promise<void> =>
  new Promise((resolve) => {
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      if (printed.includes(text)) resolve()
    })
  })

/** Presses Ctrl-C at a person's pace until the child has ended. */
const pressedUntilEnded = async (child: Child): Promise<string> => {
  const timer = setInterval(() => child.kill('SIGINT'), 250)
  await child.finally(() => clearInterval(timer))
  return 'ended'
}
