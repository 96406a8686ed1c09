import test from 'ava'

import {turns} from '../../../src/wiring/parity/turns.ts'

test('work is done one after the other, in the order in which it came', async (t) => {
  const turn = turns()
  const first = Promise.withResolvers<string>()
  const log: string[] = []
  const work = (name: string, until: Promise<string>) => async () => {
    log.push(`${name} begins`)
    const result = await until
    log.push(`${name} ends`)
    return result
  }
  const both = [turn(work('a', first.promise)), turn(work('b', Promise.resolve('B')))]
  first.resolve('A')
  t.deepEqual(await Promise.all(both), ['A', 'B'])
  t.deepEqual(log, ['a begins', 'a ends', 'b begins', 'b ends'])
})

test('work that fails says so to whoever asked for it, and the next has its turn', async (t) => {
  const turn = turns()
  const failing = turn(async () => Promise.reject(new Error('broken')))
  const next = turn(async () => Promise.resolve('done'))
  await t.throwsAsync(failing, {message: 'broken'})
  t.is(await next, 'done')
})
