import test from 'ava'

import {errorTable} from '../../src/errors.ts'
import {crashed} from '../../src/lifecycle/crashed.ts'
import type {Engine, Instance} from '../../src/lifecycle/ports.ts'
import {testSettings} from '../support/lifecycle-settings.ts'

const {signal} = new AbortController()

const said = async (now: Partial<Instance> | undefined, lines: readonly string[] = [], memoryBytes?: number) => {
  const engine = {
    instance: async () => now,
    async *logs(_id: string, {tail = Infinity}: {tail?: number}) {
      for (const text of lines.slice(-tail)) yield {stream: 'stderr', text, timeMs: 0}
    },
  } as unknown as Engine
  const settings = testSettings({resources: {memoryBytes, cpus: undefined}})
  return crashed({instance: {id: 'c1'} as Instance, settings}, {engine}, signal)
}

const codes: [number, RegExp, RegExp][] = [
  [0, /exit code 0 \(its command came to its end/, /stays in the foreground/],
  [1, /exit code 1$/, /^Its last lines of output say why/],
  [126, /cannot be executed/, /CMD or ENTRYPOINT/],
  [127, /was not found/, /CMD or ENTRYPOINT/],
  [137, /exit code 137 \(killed\)/, /last lines/],
  [139, /segmentation fault/, /last lines/],
  [143, /terminated/, /last lines/],
]

for (const [exitCode, message, next] of codes)
  test(`exit code ${exitCode} is told with what it means`, async (t) => {
    const error = await said({exitCode}, ['oh'])
    t.is(error.code, 'CRASHED')
    t.regex(error.message, message)
    t.regex(error.next, next)
    t.deepEqual(error.output, ['oh'])
  })

test('a container that printed nothing gets another hint than its output', async (t) => {
  const error = await said({exitCode: 1})
  t.not(error.next, errorTable.CRASHED)
  t.deepEqual(error.output, [])
})

test('the last twenty lines are told', async (t) => {
  const {output} = await said(
    {exitCode: 1},
    Array.from({length: 50}, (_, at) => `line ${at}`),
  )
  t.is(output.length, 20)
  t.is(output.at(-1), 'line 49')
})

test('too little memory is told with the limit, whatever the exit code', async (t) => {
  const limited = await said({exitCode: 137, outOfMemory: true}, ['oh'], 256 * 2 ** 20)
  t.is(limited.code, 'OUT_OF_MEMORY')
  t.regex(limited.message, /256 MiB/)
  t.deepEqual(limited.output, ['oh'])
  const unlimited = await said({exitCode: 137, outOfMemory: true})
  t.is(unlimited.code, 'OUT_OF_MEMORY')
  t.notRegex(unlimited.message, /MiB/)
  t.notRegex(unlimited.next, /resources\.memory/, 'there is no limit to raise')
})

test('a container that somebody removed is told as that', async (t) => {
  t.regex((await said(undefined)).message, /removed by somebody else/)
})
