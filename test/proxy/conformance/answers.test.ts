import {once} from 'node:events'

import test from 'ava'
import type {ExecutionContext} from 'ava'

import {readAll, rawConnection} from '../kit/client.ts'
import {answerCases} from './cases/answers.ts'
import type {AnswerCase} from './cases/answers.ts'
import {readResponses} from './kit/messages.ts'
import {ok, startRecorder} from './kit/recorder.ts'
import {startSubject} from './kit/subject.ts'

/** What a client receives that asks once, while the application answers everything with the same bytes. */
const receive = async (t: ExecutionContext, {writes, after, method = 'POST'}: AnswerCase) => {
  const application = await startRecorder(t, (_request, socket) => {
    socket.write(writes, 'latin1', () => {
      if (after === 'end') socket.end()
      // Not before what was written has arrived: a reset overtakes it.
      else if (after === 'reset') setTimeout(() => socket.resetAndDestroy(), 50)
    })
    return undefined
  })
  const {port, host} = await startSubject(t, application.port)
  const client = rawConnection(t, port, `${method} / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  client.setTimeout(5000, () => client.destroy())
  return {received: await readAll(client), method, application}
}

for (const each of answerCases.filter(({whole}) => whole !== undefined)) {
  const {what, whole = ''} = each
  test(`${what}: the client gets ${whole}`, async (t) => {
    const {received, method} = await receive(t, each)
    const {messages, rest, fault} = readResponses(received, [method])
    t.is(fault, undefined)
    t.is(rest, '')
    const final = messages.filter(({start}) => !start.startsWith('HTTP/1.1 1'))
    t.is(final.length, 1)
    const [{start, body}] = final as [(typeof final)[number]]
    const status = start.slice(9, 12)
    t.is(status === '502' ? status : `${status} ${body}`, whole)
  })
}

for (const each of answerCases.filter(({broken}) => broken !== undefined)) {
  test(`${each.what}: what the client gets does not look whole`, async (t) => {
    const {received, method} = await receive(t, each)
    const {messages, rest, fault} = readResponses(received, [method], false)
    t.is(fault, undefined)
    t.deepEqual(messages, [])
    t.regex(rest, /^HTTP\/1\.1 200 OK\r\n/)
    t.true(rest.includes(`\r\n\r\n`))
    t.true(/^transfer-encoding|^content-length/im.test(rest), 'an end that can be missed')
  })
}

const extras: [string, string][] = [
  ['another answer', `${ok}HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nforeign`],
  ['bytes after its length', `${ok}HTTP/1.1 200 OK\r\nX: `],
  ['bytes after its last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nforeign'],
  ['a body for HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nforeign'],
  ['a body of a 204', 'HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\nforeign'],
  ['a body of a 304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\nforeign'],
]
for (const [what, writes] of extras) {
  for (const late of [false, true]) {
    test(`${what} ${late ? 'a moment later ' : ''}is not the answer to the next request on that connection`, async (t) => {
      const at = late ? writes.indexOf('\r\n\r\n') + (writes.startsWith(ok) ? 6 : 4) : writes.length
      const application = await startRecorder(t, ({start}) =>
        start.includes('/poison')
          ? writes.slice(0, at)
          : `HTTP/1.1 200 OK\r\nContent-Length: ${start.length}\r\n\r\n${start}`,
      )
      const {port, host} = await startSubject(t, application.port)
      const method = what.includes('HEAD') ? 'HEAD' : 'GET'
      const client = rawConnection(t, port, `${method} /poison HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
      await once(client, 'readable')
      if (late) {
        const {socket} = application.connections[0]!
        socket.write(writes.slice(at))
        await once(socket, 'close')
      }
      for (const path of ['/second', '/third']) client.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
      client.end()
      const {messages, rest, fault} = readResponses(await readAll(client), [method])
      t.is(fault, undefined)
      t.is(rest, '')
      const bodies = messages.filter(({start}) => !start.startsWith('HTTP/1.1 1')).map(({body}) => body)
      t.deepEqual(bodies.slice(-2), ['GET /second HTTP/1.1', 'GET /third HTTP/1.1'])
    })
  }
}
