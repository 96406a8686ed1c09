import {mkdtemp, realpath, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import {runCommand} from '../../src/gates/command.ts'
import {runHook, type HookCall} from '../../src/preview/hooks.ts'

const {signal} = new AbortController()

const preview = {
  project: 'shop',
  environment: 'feature-x',
  ref: 'refs/heads/feature/x',
  name: 'feature/x',
  commit: '3fa9c1e',
  author: 'Ada; rm -rf /',
  subject: '$(reboot)',
}

const run = async (t: ExecutionContext, command: readonly string[], rest: Partial<HookCall> = {}, within = signal) => {
  const directory = await realpath(await mkdtemp(path.join(tmpdir(), 'imm-hooks-')))
  t.teardown(async () => rm(directory, {recursive: true}))
  const lines: string[] = []
  const warning = await runHook(
    {
      hook: 'created',
      preview: {...preview, hooks: {created: command}},
      url: 'http://feature-x.shop.localhost:7070',
      command: async (...call) => runCommand(directory, ...call),
      onLine: (text) => lines.push(text),
      ...rest,
    },
    within,
  )
  return {warning, lines, directory}
}

test('a hook is told which preview it is, in variables that no shell reads', async (t) => {
  const script = 'env | grep ^IMM_ | sort'
  const {warning, lines} = await run(t, ['sh', '-c', script])
  t.is(warning, undefined)
  t.deepEqual(
    lines.filter((line) => !/^IMM_(?:HOME|TEST_)/.test(line)),
    [
      'IMM_AUTHOR=Ada; rm -rf /',
      'IMM_BRANCH=feature/x',
      'IMM_COMMIT=3fa9c1e',
      'IMM_ENVIRONMENT=feature-x',
      'IMM_HOOK=created',
      'IMM_PROJECT=shop',
      'IMM_REF=refs/heads/feature/x',
      'IMM_SUBJECT=$(reboot)',
      'IMM_URL=http://feature-x.shop.localhost:7070',
    ],
  )
})

test('its words are a program and its arguments', async (t) => {
  t.deepEqual((await run(t, ['echo', '$IMM_URL', ';', '*'])).lines, ['$IMM_URL ; *'])
})

test('a hook that fails, is killed or does not start is a warning', async (t) => {
  t.deepEqual(await run(t, ['sh', '-c', 'echo why >&2; exit 3']).then(({warning, lines}) => [warning, lines]), [
    'the hook `created` of feature-x ended with 3',
    ['why'],
  ])
  t.is((await run(t, ['sh', '-c', 'kill -SEGV $$'])).warning, 'the hook `created` of feature-x was ended by SIGSEGV')
  t.regex((await run(t, ['no-such-program-of-imm'])).warning ?? '', /could not be started: .*ENOENT/)
})

test('a hook that takes too long is ended, and says so', async (t) => {
  const {warning} = await run(t, ['sleep', '60'], {timeoutMs: 100})
  t.is(warning, 'the hook `created` of feature-x took longer than 0.1 s, and was ended')
})

test('a hook is given up when imm is', async (t) => {
  const stop = new AbortController()
  const onLine = () => stop.abort(new Error('stopped'))
  await t.throwsAsync(run(t, ['sh', '-c', 'echo begun; sleep 60'], {onLine}, stop.signal), {message: 'stopped'})
})

test('where there is no hook nothing is run', async (t) => {
  const command: HookCall['command'] = async () => {
    t.fail()
    return {outcome: 'exited', exitCode: 0}
  }
  t.is((await run(t, ['true'], {hook: 'removed', command})).warning, undefined)
})
