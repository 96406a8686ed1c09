import test from 'ava'

import {ImmError} from '../../src/errors.ts'
import {rebuildAgain} from '../../src/wiring/rebuild-again.ts'

const silent = new ImmError('ENGINE_UNRESPONSIVE', 'the engine does not answer')

test('routes are rebuilt once the engine answers again, and each refusal before it is in the log', async (t) => {
  const said: string[] = []
  let attempts = 0
  const attempt = async (): Promise<void> => {
    attempts += 1
    if (attempts < 3) throw silent
  }
  await rebuildAgain(attempt, (text) => said.push(text), [1, 2, 3])
  t.deepEqual(said, [
    'the routes could not be rebuilt: ENGINE_UNRESPONSIVE: the engine does not answer; tried again in 1 ms',
    'the routes could not be rebuilt: ENGINE_UNRESPONSIVE: the engine does not answer; tried again in 2 ms',
  ])
})

test('an engine that stays away is given up, which the log says', async (t) => {
  const said: string[] = []
  await rebuildAgain(
    async () => {
      throw silent
    },
    (text) => said.push(text),
    [1],
  )
  t.is(said.length, 2)
  t.regex(said[1] ?? '', /given up$/)
})

test('a mistake of imm is not tried again', async (t) => {
  let attempts = 0
  const attempt = async (): Promise<void> => {
    attempts += 1
    throw new TypeError('not a function')
  }
  await t.throwsAsync(
    rebuildAgain(attempt, () => undefined, [1, 1]),
    {instanceOf: TypeError},
  )
  t.is(attempts, 1)
})
