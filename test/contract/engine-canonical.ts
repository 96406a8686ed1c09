import {isImmError} from '../../src/errors.ts'
import type {CanonicalRequest} from '../../src/lifecycle/ports.ts'
import type {Program} from '../support/memory-engine/program.ts'
import {answer, type Bench, port, signal} from './engine-harness.ts'

/** Builds that are the same whenever they are done. */
export const canonicalContract = ({test, labels, request, spec, newName}: Bench): void => {
  const program: Program = {listen: port, content: 'canonical', health: 'healthy'}
  const epochS = 1_000_000_000
  // COPY, EXPOSE, HEALTHCHECK, CMD
  const steps = 4
  const canonical = (t: Parameters<typeof request>[0], of: Program, more: Partial<CanonicalRequest> = {}) => ({
    ...request(t, of),
    epochS,
    base: undefined,
    steps,
    labels: {...labels, 'imm.snapshot': 'canonical'},
    ...more,
  })
  const named = async ({context: {engine}}: {context: Parameters<typeof request>[0]}) =>
    (await engine.images({...labels, 'imm.snapshot': 'canonical'}, signal))
      .flatMap(({references}) => references)
      .toSorted()

  test.serial(
    'a canonical build makes the same image again, runs like any other, and leaves nothing else',
    async (t) => {
      const {engine} = t.context
      const [first, second] = [newName(), newName()]
      const {image, own} = await engine.canonical(canonical(t.context, program, {reference: first}), signal)
      t.deepEqual(image.references, [first])
      t.like(image.labels, labels)
      t.deepEqual(
        own.map(({digest}) => digest),
        image.layers.slice(image.layers.length - own.length),
      )
      if (own.length > 0) {
        t.is(image.createdMs, epochS * 1000)
        t.deepEqual(
          own.map(({instruction}) => instruction.split(' ')[0]),
          ['COPY'],
        )
        for await (const file of engine.files(image, signal))
          if (file.path === '/app.sh') t.is(file.mtimeMs, epochS * 1000)
      }
      const again = await engine.canonical(canonical(t.context, program, {reference: second}), signal)
      t.is(again.image.id, image.id)
      t.deepEqual(again.own, own)
      t.deepEqual(await named(t), [first, second].toSorted())
      const instance = await engine.start(spec(image), signal)
      t.true((await answer(instance)).includes('canonical'))
      t.true((await engine.healthcheck(instance.id, signal)).healthy)
      await engine.remove(instance.id, 0, signal)
      for (const name of [first, second]) await engine.untag(name, signal)
    },
  )

  test.serial('the config of an image is told as the engine has it', async (t) => {
    const {engine} = t.context
    const {image} = await engine.canonical(canonical(t.context, program), signal)
    const {Env = []} = (await engine.config(image, signal)) as {Env?: string[]}
    t.deepEqual(Object.fromEntries(Env.map((pair) => [pair.split('=')[0], pair.replace(/^[^=]*=/, '')])), image.env)
    for (const name of image.references) await engine.untag(name, signal)
  })

  test.serial('a canonical build that fails says so like any other, and leaves nothing', async (t) => {
    const instruction = 'RUN sh -c "exit 7"'
    const failing: Program = {build: {fails: 'run', instruction, exitCode: 7, output: []}}
    const error = await t.throwsAsync(t.context.engine.canonical(canonical(t.context, failing), signal))
    t.true(isImmError(error, 'BUILD_FAILED'))
    t.deepEqual(await named(t), [])
  })
}
