import test from 'ava'

import {meetingOf} from '../../src/wiring/meeting.ts'

test('all wait for the last, and one that gives up leaves the others waiting', async (t) => {
  const meeting = meetingOf(['a', 'b', 'c'])
  const {signal} = new AbortController()
  const leaving = new AbortController()
  const arrived: string[] = []
  const first = meeting.arrive('a', signal).then(() => arrived.push('a'))
  const second = meeting.arrive('b', leaving.signal)
  leaving.abort(new Error('given up'))
  await t.throwsAsync(second, {message: 'given up'})
  t.deepEqual(arrived, [])
  await meeting.arrive('c', signal)
  await first
  t.deepEqual(arrived, ['a'])
})

test('who comes with a signal that has aborted does not wait', async (t) => {
  const meeting = meetingOf(['a', 'b'])
  await t.throwsAsync(meeting.arrive('a', AbortSignal.abort(new Error('too late'))), {message: 'too late'})
})
