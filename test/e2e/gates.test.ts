import {startDev} from '../support/dev.ts'
import {containersOf} from '../support/engine-socket.ts'
import {test} from '../support/one-by-one.ts'
import {testProject, type TestProject} from '../support/project.ts'
import {read} from '../support/read.ts'
import {startTraffic} from '../support/traffic.ts'
import {until} from '../support/until.ts'

/** Asks the candidate, and says no to its third argument; where its answer says so, it never ends. */
const check = `
import {writeFileSync} from 'node:fs'
const [before, now] = await Promise.all(['IMM_PREVIOUS_URL', 'IMM_URL'].map(async (name) =>
  process.env[name] ? (await (await fetch(process.env[name])).text()).trim() : 'nothing'))
console.log(before, '->', now)
if (now.includes(process.argv[2])) process.exit(3)
if (now.includes(process.argv[3])) {
  if (process.argv[4]) writeFileSync(process.argv[4], String(process.pid))
  setInterval(() => {}, 1000)
}
`

const settings = `verify:
  - {name: page, http: /, expect: {text: hello, headers: {content-type: text/plain}}}
  - {name: host, command: node src/check.js bad-for-host wait-on-host pid}
  - {name: inside, command: node src/check.js bad-inside wait-inside, in: image}`

const gatesOf = async ({name}: TestProject) =>
  (await containersOf(name)).filter(({Labels}) => Labels['imm.role'] === 'gate')

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

test('checks of each kind let releases in and keep them out while requests go on, and leave nothing behind', async (t) => {
  await using project = await testProject({settings, files: {'src/check.js': check}})
  await project.write('.dockerignore', `${await read(project, '.dockerignore')}pid\n`)
  const greet = async (greeting: string) => project.write('src/greeting.txt', `${greeting}\n`)
  await using dev = startDev(project, ['--verbose'])
  const first = await dev.goesLive()
  await using traffic = startTraffic({...dev.address(), perSecond: 50, live: () => 1})

  const isRefused = async (greeting: string, name: string, reason: RegExp, output: RegExp): Promise<void> => {
    await greet(greeting)
    const rejected = await dev.next('rejected')
    t.like(rejected, {stage: 'verify', code: 'GATE_FAILED'})
    t.true(rejected.message.startsWith(`the check "${name}" failed: `), rejected.message)
    t.regex(rejected.message, reason)
    t.regex(rejected.output.join('\n'), output)
    t.is((await dev.fetch()).release, first.release)
    t.deepEqual(await gatesOf(project), [])
  }
  await isRefused('goodbye', 'page', /expected a body that contains "hello", got "goodbye\\n"$/, /^goodbye$/)
  await isRefused('hello, bad-for-host', 'host', /got 3$/, /^hello, version 1 -> hello, bad-for-host$/)
  await isRefused('hello, bad-inside', 'inside', /got 3$/, /-> hello, bad-inside$/)

  // A newer save takes a running check away, wherever it runs.
  await greet('hello, wait-on-host')
  await until(async () => (await read(project, 'pid').catch(() => '')) !== '')
  const pid = Number(await read(project, 'pid'))
  t.false(isGone(pid))
  await greet('hello, wait-inside')
  await dev.next('superseded', ({stage}) => stage === 'verify')
  t.true(isGone(pid))
  await until(async () => (await gatesOf(project)).some(({State}) => State === 'running'))
  await greet('hello, version 2')
  await dev.next('superseded', ({stage}) => stage === 'verify')
  t.deepEqual(await gatesOf(project), [])
  const second = await dev.goesLive()
  t.is(second.previous, first.release)
  const passed = dev.events.filter((event) => event.type === 'gate' && event.release === second.release)
  t.like(passed, [
    {name: 'page', kind: 'http', ok: true},
    {name: 'host', kind: 'command', ok: true, output: ['hello, version 1 -> hello, version 2']},
    {name: 'inside', kind: 'image', ok: true, output: ['hello, version 1 -> hello, version 2']},
  ])

  const {sent, failures, answers} = await traffic.end()
  t.log(`${sent} requests`)
  t.deepEqual(failures, [])
  const lived: readonly string[] = [first.release, second.release]
  t.deepEqual(
    [...answers.keys()].filter((release) => !lived.includes(release)),
    [],
  )

  // Killed hard, imm leaves a check running: the next one removes it.
  await greet('hello, wait-inside')
  await until(async () => (await gatesOf(project)).some(({State}) => State === 'running'))
  dev.kill('SIGKILL')
  await dev.ended
  t.is((await gatesOf(project)).length, 1)
  await greet('hello, version 3')
  await using next = startDev(project)
  await next.next('live', ({cause}) => cause === 'change')
  t.deepEqual(await gatesOf(project), [])
})
