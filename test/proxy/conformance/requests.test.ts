import test from 'ava'

import {readAll, rawConnection} from '../kit/client.ts'
import {chunkCases} from './cases/chunks.ts'
import {headCases} from './cases/heads.ts'
import {lengthCases} from './cases/lengths.ts'
import {readResponses} from './kit/messages.ts'
import {startRecorder} from './kit/recorder.ts'
import {startSubject} from './kit/subject.ts'

for (const {what, send, answers, reaches, partly = false} of [...lengthCases, ...chunkCases, ...headCases]) {
  const outcome = reaches.length === 0 ? `${answers.join()} and reaches no application` : 'passed on as it is'
  test(`${what}: ${outcome}`, async (t) => {
    const application = await startRecorder(t)
    const {port} = await startSubject(t, application.port)
    const client = rawConnection(t, port, Buffer.from(send, 'latin1'))
    // What should have closed by now shows in what was received.
    client.setTimeout(5000, () => client.destroy())
    const received = await readAll(client)
    const {messages, rest, fault} = readResponses(received)
    t.is(fault, undefined)
    t.is(rest, '')
    t.deepEqual(
      messages.map(({start}) => Number(start.slice(9, 12))),
      answers,
    )
    t.deepEqual(
      application.requests.map(({start, body}) => `${start.replace(/ HTTP\/1\.1$/, '')} ${body}`),
      reaches,
    )
    if (!partly) t.deepEqual(application.faults(), [])
  })
}
