import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import {parseConfig} from '../../../src/config/file.ts'
import {checksOf} from '../../../src/config/verify.ts'
import {ImmError, isImmError} from '../../../src/errors.ts'
import {hostGates} from '../../../src/gates/host-gates.ts'
import type {Gates} from '../../../src/lifecycle/ports.ts'
import {environmentLabels} from '../../../src/release/labels.ts'
import {good, id, noSignal, testEnvironment, type TestDev, type TestEnvironment} from '../../support/lifecycle.ts'
import {until} from '../../support/until.ts'

/** Checks as imm.yaml has them. */
const checks = (yaml: string) => checksOf(parseConfig(`verify:\n${yaml}`, 'imm.yaml').settings.verify ?? [])

const change = (environment: TestEnvironment, yaml: string) => {
  environment.settings = {...environment.settings, verify: checks(yaml)}
  environment.source.touch({settings: true, files: ['imm.yaml']})
}

const roles = async ({engine}: TestEnvironment) =>
  (await engine.instances(environmentLabels(id), noSignal)).map(({labels}) => labels['imm.role'] ?? '').toSorted()

const addressOf = (environment: TestEnvironment) => {
  const {host, port} = environment.traffic.route?.live?.address ?? {host: '', port: 0}
  return `http://${host}:${port}`
}

test('a candidate gets the traffic after all its checks have passed, in their order', async (t) => {
  const verify = checks(`
  - http: /a
  - {command: echo from this machine, name: here}
  - {command: [sh, -c, echo from the image; echo $IMM_RELEASE], in: image, name: there}`)
  await using environment = testEnvironment(good('one'), {verify})
  await using dev = environment.start()
  const {release} = await dev.next('live')
  await dev.quiet()
  t.like(dev.all('gate'), [
    {release, name: 'GET /a', kind: 'http', ok: true, reason: undefined, output: []},
    {release, name: 'here', kind: 'command', ok: true, reason: undefined, output: ['from this machine']},
    {release, name: 'there', kind: 'image', ok: true, reason: undefined, output: ['from the image', release]},
  ])
  const order = dev.events.flatMap((event) => {
    if (event.type === 'stage') return event.gate ?? event.stage
    return event.type === 'gate' || event.type === 'live' ? event.type : []
  })
  t.deepEqual(order.slice(order.indexOf('verify')), [
    'verify',
    'GET /a',
    'gate',
    'here',
    'gate',
    'there',
    'gate',
    'flip',
    'live',
  ])
  t.deepEqual(await roles(environment), ['app', 'sandbox'])
})

const failing: [kind: string, yaml: string, message: RegExp, output: string[]][] = [
  [
    'http',
    '  - {http: /, name: content, expect: {json: {content: one}}}',
    /^the check "content" failed: content: expected "one", got "two"$/,
    [],
  ],
  ['http', '  - {http: /, expect: {status: 404}}', /^the check "GET \/" failed: expected status 404, got 200$/, []],
  ['command', '  - command: [sh, -c, "echo oh no; exit 3"]', /failed: expected exit code 0, got 3$/, ['oh no']],
  ['command', '  - command: no-such-program-of-imm', /failed: it can't be started: .*ENOENT/, []],
  ['image', '  - {command: [sh, -c, "echo oh no; exit 3"], in: image}', /expected exit code 0, got 3$/, ['oh no']],
  ['image', '  - {command: nothing-like-it, in: image}', /got 127 \(not found\)$/, ['nothing-like-it: not found']],
  ['command', '  - {command: sleep 1000, timeout: 50ms}', /expected its end within 0.05 s/, []],
  ['image', '  - {command: sleep 1000, in: image, timeout: 50ms}', /expected its end within 0.05 s/, []],
]

for (const [kind, yaml, message, output] of failing)
  test(`a candidate that fails its check is rejected, and what is live serves on: ${yaml.trim()}`, async (t) => {
    await using environment = testEnvironment(good('one'))
    await using dev = environment.start()
    const first = await dev.next('live')
    environment.settings = {verify: checks(`${yaml}\n  - {command: echo never, name: second}`)}
    environment.source.write(good('two'))
    environment.source.touch({settings: true, files: ['imm.yaml', 'app.json']})
    const rejected = await dev.next('rejected')
    await dev.quiet()
    t.like(rejected, {stage: 'verify', code: 'GATE_FAILED'})
    t.regex(rejected.message, message)
    t.regex(rejected.next, /`verify:`/)
    const gates = dev.all('gate')
    t.is(gates.length, 1, 'the next one is not run')
    t.like(gates[0], {release: rejected.release, kind, ok: false})
    t.true(rejected.message.endsWith(gates[0]?.reason ?? '-'))
    if (kind !== 'http') t.deepEqual([rejected.output, gates[0]?.output], [output, output])
    t.like(await environment.answer(), {content: 'one', release: first.release})
    t.deepEqual(await environment.standing(), ['one running'])
    t.deepEqual(await environment.images(), ['r1 one'])
  })

test('a wrong answer is told with the beginning of its body', async (t) => {
  await using environment = testEnvironment(good('one', {status: 500}), {
    health: {kind: 'tcp'},
    verify: checks('  - http: /x'),
  })
  await using dev = environment.start()
  const {output, release} = await dev.next('rejected')
  t.deepEqual(output, [JSON.stringify({release, content: 'one', path: '/x'})])
})

test('commands know the candidate, what is live, and where they are', async (t) => {
  const print = 'echo $IMM_URL $IMM_RELEASE $IMM_PREVIOUS_URL $IMM_PROJECT $IMM_ENVIRONMENT'
  const verify = checks(`
  - command: [sh, -c, '${print}']
  - {command: [sh, -c, '${print} $COLOUR'], in: image}`)
  await using environment = testEnvironment(good('one'), {verify, env: {COLOUR: 'red'}})
  await using dev = environment.start()
  const first = await dev.next('live')
  const before = addressOf(environment)
  environment.save(good('two'))
  const second = await dev.next('live')
  await dev.quiet()
  const port = new URL(before).port
  t.deepEqual(
    dev.all('gate').map(({output}) => output[0]?.replaceAll(/ +/g, ' ')),
    [
      `${before} ${first.release} shop main`,
      `http://127.0.0.1:${port} ${first.release} shop main red`,
      `${addressOf(environment)} ${second.release} ${before} shop main`,
      `http://127.0.0.1:${port} ${second.release} ${before} shop main red`,
    ],
  )
})

test('a request is tried again for as long as the check says, and then the last answer counts', async (t) => {
  const statuses = [500, 404, 200]
  let asked = 0
  const gates: Gates = {
    ...hostGates(tmpdir()),
    request: async () => ({outcome: 'answer', status: statuses[asked++] ?? 503, headers: {}, body: ''}),
  }
  await using environment = testEnvironment(good('one'), {verify: checks('  - {http: /, retry: 5s}')})
  await using dev = environment.start({gates})
  await dev.next('live')
  t.is(asked, 3)
  change(environment, '  - {http: /, retry: 150ms}')
  environment.save(good('two'))
  const {message} = await dev.next('rejected')
  t.regex(message, /expected status 2xx, got 503 \(asked [2-4] times\)$/)
})

const place = async (t: ExecutionContext): Promise<string> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-gates-'))
  t.teardown(async () => rm(directory, {recursive: true}))
  return directory
}

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

const begins = async (dev: TestDev, kind: string, directory: string, environment: TestEnvironment) => {
  if (kind === 'command')
    await until(async () => (await readFile(path.join(directory, 'pid'), 'utf8').catch(() => '')) !== '')
  else if (kind === 'image') await until(async () => (await roles(environment)).includes('gate'))
  else await until(async () => dev.calls('gates', 'request').length > 0)
}

const endless = {
  http: '  - {http: /slow/60000, timeout: 60s}',
  command: '  - command: [sh, -c, "echo $$ > pid; while :; do sleep 1; done"]',
  image: '  - {command: sleep 1000, in: image}',
}

for (const [kind, yaml] of Object.entries(endless)) {
  test(`a save during a check (${kind}) cancels it, and nothing of it is left`, async (t) => {
    const directory = await place(t)
    await using environment = testEnvironment(good('one'))
    await using dev = environment.start({gates: hostGates(directory)})
    const first = await dev.next('live')
    change(environment, yaml)
    environment.save(good('two'))
    const {release} = await dev.next('stage', ({gate}) => gate !== undefined)
    await begins(dev, kind, directory, environment)
    change(environment, '  - http: /')
    environment.save(good('three'))
    t.like(await dev.next('superseded'), {release, stage: 'verify'})
    const live = await dev.next('live')
    await dev.quiet()
    t.is(live.previous, first.release)
    t.deepEqual(await environment.standing(), ['three running', 'one paused'])
    t.deepEqual(
      dev.all('gate').map((gate) => gate.release),
      [live.release],
      'what was given up has no result',
    )
    if (kind === 'command') t.true(isGone(Number(await readFile(path.join(directory, 'pid'), 'utf8'))))
    t.false((await roles(environment)).includes('gate'))
  })

  test(`imm that is ended during a check (${kind}) leaves nothing of it`, async (t) => {
    const directory = await place(t)
    await using environment = testEnvironment(good('one'), {verify: checks(yaml)})
    await using dev = environment.start({gates: hostGates(directory)})
    await dev.next('stage', ({gate}) => gate !== undefined)
    await begins(dev, kind, directory, environment)
    await dev.quit()
    t.deepEqual(await roles(environment), [])
    t.deepEqual(dev.all('live'), [])
    if (kind === 'command') t.true(isGone(Number(await readFile(path.join(directory, 'pid'), 'utf8'))))
  })
}

test('a candidate that ends during a check is told as crashed, at once', async (t) => {
  await using environment = testEnvironment(good('one', {logs: ['no database']}), {
    verify: checks('  - {command: sleep 1000, timeout: 20s}'),
  })
  await using dev = environment.start()
  await dev.next('stage', ({gate}) => gate !== undefined)
  const [candidate] = await environment.containers()
  environment.engine.crash(candidate?.id ?? '', 3)
  const rejected = await dev.next('rejected')
  t.like(rejected, {stage: 'verify', code: 'CRASHED', output: ['no database']})
  t.deepEqual(dev.all('gate'), [])
})

test('neither a warm rollback nor a replacement is checked again', async (t) => {
  await using environment = testEnvironment(good('one'), {verify: checks('  - http: /')})
  await using dev = environment.start()
  const first = await dev.next('live')
  environment.save(good('two'))
  await dev.next('live')
  await dev.quiet()
  change(environment, '  - {http: /, expect: {status: 404}}')
  await dev.next('unchanged')
  t.is(await dev.rollback(), first.release)
  await dev.next('live')
  environment.engine.crash(environment.traffic.route?.live?.instance ?? '')
  t.like(await dev.next('live'), {cause: 'replace', release: first.release})
  await dev.quiet()
  t.is(dev.all('gate').length, 2)
})

test('a rollback that starts a release again is checked, by the list as it is now', async (t) => {
  await using environment = testEnvironment(good('one'), {keep: {warm: 0}})
  await using dev = environment.start()
  const first = await dev.next('live')
  environment.save(good('two'))
  const second = await dev.next('live')
  await dev.quiet()
  change(environment, '  - {http: /, expect: {json: {content: two}}}')
  await dev.next('unchanged')
  const error = await t.throwsAsync(dev.rollback(first.release))
  t.true(isImmError(error, 'GATE_FAILED'), String(error))
  await dev.quiet()
  t.like(await environment.answer(), {release: second.release})
  t.deepEqual(await environment.standing(), ['two running'])
  change(environment, '  - {http: /, expect: {json: {content: one}}}')
  await dev.next('unchanged')
  t.is(await dev.rollback(first.release), first.release)
  t.deepEqual(
    dev.all('gate').map(({ok}) => ok),
    [false, true],
  )
})

test('another list makes no other release, and the next candidate is checked by it', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const {release} = await dev.next('live')
  change(environment, '  - {http: /, expect: {status: 404}}')
  t.like(await dev.next('unchanged'), {release, state: 'live'})
  await dev.quiet()
  t.is(environment.engine.started, 1)
  environment.save(good('two'))
  t.is((await dev.next('rejected')).code, 'GATE_FAILED')
})

test('what the old list has rejected, or is still checking, is tried again by the new one', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  change(environment, '  - {http: /, expect: {status: 404}}')
  environment.save(good('two'))
  await dev.next('rejected')
  await dev.quiet()
  environment.source.touch({settings: true, files: ['imm.yaml']})
  t.like(await dev.next('unchanged', ({state}) => state === 'rejected'), {state: 'rejected'})

  change(environment, '  - command: sleep 1000')
  await dev.next('stage', ({gate}) => gate === 'sleep 1000')
  change(environment, '  - {http: /, expect: {status: 200}}')
  await dev.next('superseded')
  const live = await dev.next('live')
  await dev.quiet()
  t.like(await environment.answer(), {content: 'two', release: live.release})
})

test("a check's container that a killed imm has left is removed by the next one", async (t) => {
  await using environment = testEnvironment(good('one'))
  const dev = environment.start()
  const {image} = await dev.next('live')
  await dev.kill()
  const {engine} = environment
  const spec = {env: {}, user: undefined, volumes: [], tmpfs: [], memoryBytes: undefined, cpus: undefined}
  const labels = {...environmentLabels(id), 'imm.role': 'gate'}
  const left = engine.runOnce(
    {...spec, name: 'left', image, labels, command: ['sleep', '1000'], network: undefined},
    () => undefined,
    noSignal,
  )
  await until(async () => (await roles(environment)).includes('gate'))
  await using next = environment.start()
  await next.next('live')
  await left
  t.false((await roles(environment)).includes('gate'))
})

test('an engine that goes away during a check is no fault of the release: it is tried again when it is back', async (t) => {
  await using environment = testEnvironment(good('one'), {verify: checks('  - {command: echo well, in: image}')})
  environment.engine.faults.failNext('runOnce', new ImmError('ENGINE_LOST', 'the engine went away'))
  await using dev = environment.start()
  await dev.next('rejected', ({code}) => code === 'ENGINE_LOST')
  ;(await dev.loop()).resume()
  await dev.next('live')
  t.is(dev.all('gate').length, 1)
})
