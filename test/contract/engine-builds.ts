import {randomBytes} from 'node:crypto'
import {Readable} from 'node:stream'
import {setTimeout as sleep} from 'node:timers/promises'

import {isImmError} from '../../src/errors.ts'
import type {BuildStep} from '../../src/lifecycle/ports.ts'
import type {Program} from '../support/memory-engine/program.ts'
import {type Bench, port, signal, until} from './engine-harness.ts'

/** Builds and images. */
export const buildContract = ({test, project, labels, request, build, spec, newName}: Bench): void => {
  test.serial('a build makes an image with its name, labels and ports, and tells its steps', async (t) => {
    const steps: BuildStep[] = []
    const asked = request(
      t.context,
      {listen: port, expose: [9000, port], content: project},
      {onStep: (step) => void steps.push(step)},
    )
    const image = await t.context.engine.build(asked, signal)
    t.regex(image.id, /^sha256:[0-9a-f]{64}$/)
    t.true(image.references.includes(asked.reference))
    t.like(image.labels, labels)
    t.deepEqual(image.exposedPorts, [port, 9000])
    t.false(image.hasHealthcheck)
    t.true(Math.abs(Date.now() - image.createdMs) < 60_000)
    t.deepEqual(await t.context.engine.image(asked.reference, signal), image)
    t.is(await t.context.engine.image(`${asked.reference}-none`, signal), undefined)
    t.true((await t.context.engine.images(labels, signal)).some(({id}) => id === image.id))
    const names = steps.filter(({status}) => status === 'started').map(({name}) => name)
    t.true(
      names.some((name) => /^\[.*\] FROM /.test(name)),
      names.join('\n'),
    )
    for (const name of names)
      t.true(
        steps.some((step) => step.name === name && ['done', 'cached'].includes(step.status)),
        name,
      )
  })

  test.serial('a failing instruction is named with its exit code and the last 20 lines of its output', async (t) => {
    // Of two builds of the same at once BuildKit does one, and the other misses what that printed before.
    const instruction = `RUN for i in $(seq 25); do echo line $i; done; exit 7 # ${newName()}`
    const output = Array.from({length: 25}, (_, index) => `line ${index + 1}`)
    const steps: BuildStep[] = []
    const asked = request(
      t.context,
      {build: {fails: 'run', instruction, exitCode: 7, output}},
      {onStep: (step) => void steps.push(step)},
    )
    const error = await t.throwsAsync(t.context.engine.build(asked, signal))
    if (!isImmError(error, 'BUILD_FAILED')) return t.fail(String(error))
    t.true(error.message.includes(instruction), error.message)
    t.true(error.message.endsWith('failed with exit code 7'), error.message)
    t.true(error.step?.endsWith(instruction), error.step)
    t.deepEqual(error.output, output.slice(5))
    t.is(steps.at(-1)?.status, 'failed')
    t.is(await t.context.engine.image(asked.reference, signal), undefined)
    return undefined
  })

  test.serial('a Dockerfile that makes no sense is told apart from a failing build', async (t) => {
    const program: Program = {build: {fails: 'dockerfile', line: 3, cause: 'FOO bar'}}
    const error = await t.throwsAsync(build(t, program))
    t.true(isImmError(error, 'DOCKERFILE_INVALID'), String(error))
    t.regex(error.message, t.context.lacks.includes('parse line') ? /^Dockerfile: .*FOO/ : /^Dockerfile:3: .*FOO/)
  })

  test.serial('a base image that is not to be had is named', async (t) => {
    const image = 'registry.invalid/nobody/nothing:1'
    const error = await t.throwsAsync(build(t, {build: {fails: 'base', image}}))
    t.true(isImmError(error, 'BASE_IMAGE_MISSING'), String(error))
    t.true(error.message.includes(image), error.message)
  })

  test.serial('a cancelled build rejects with the reason and stops in the engine', async (t) => {
    // Podman 4.3 ends a cancelled build only after the instruction that runs.
    const seconds = t.context.lacks.includes('build cancel') ? 4 : 61
    const marker = `${seconds}.${randomBytes(4).readUInt32BE()}`
    const instruction = `RUN sleep ${marker}`
    const abort = new AbortController()
    const begun = Promise.withResolvers<void>()
    const onStep = ({name, status}: BuildStep) => {
      if (status === 'started' && !name.includes('FROM')) begun.resolve()
    }
    const program: Program = {buildMs: 60_000, build: {fails: 'run', instruction, exitCode: 1, output: []}}
    const asked = request(t.context, program, {onStep})
    const building = t.context.engine.build(asked, abort.signal)
    await Promise.race([begun.promise, building])
    const runs = async () => (await t.context.buildRuns?.(marker)) ?? false
    if (t.context.buildRuns) await until(runs)
    const reason = {kind: 'superseded', by: 2}
    abort.abort(reason)
    const abortedMs = Date.now()
    t.is(await building.catch((error: unknown) => error), reason as never)
    t.true(Date.now() - abortedMs < 1000)
    await until(async () => !(await runs()))
    t.is(await t.context.engine.image(asked.reference, signal), undefined)
  })

  test.serial('a context that fails on the way fails the build with that very error', async (t) => {
    const moved = new Error('moved')
    const context = () =>
      Readable.from(
        (async function* () {
          yield t.context.context({listen: port}).subarray(0, 1024)
          await sleep(50)
          throw moved
        })(),
      )
    const asked = request(t.context, {}, {context})
    t.is(await t.throwsAsync(t.context.engine.build(asked, signal)), moved)
    t.is(await t.context.engine.image(asked.reference, signal), undefined)
  })

  test.serial('an image has several names and goes with the last one, unless a container needs it', async (t) => {
    const {engine} = t.context
    const asked = request(t.context, {content: 'names'})
    const image = await engine.build(asked, signal)
    const other = newName()
    await engine.tag(image.id, other, signal)
    t.deepEqual((await engine.image(image.id, signal))?.references.toSorted(), [asked.reference, other].toSorted())
    await engine.untag(asked.reference, signal)
    await engine.untag(asked.reference, signal)
    t.deepEqual((await engine.image(image.id, signal))?.references, [other])
    const instance = await engine.start(spec(image), signal)
    await engine.untag(other, signal)
    t.is((await engine.image(image.id, signal))?.id, image.id)
    await engine.remove(instance.id, 0, signal)
    for (const name of [other, image.id]) await engine.untag(name, signal)
    t.is(await engine.image(image.id, signal), undefined)
  })
}
