import test from 'ava'

import {ask, keepAliveAgent, rawConnection, readAll} from '../kit/client.ts'
import {readResponses} from './kit/messages.ts'
import {ok, startRecorder} from './kit/recorder.ts'
import {startSubject} from './kit/subject.ts'

const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde'
const bodyAt = answer.length - 5

/** How often a request arrives that the application resets after `bytes` of its answer, each time that it comes. */
for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH', 'QUERY']) {
  const again = ['GET', 'HEAD', 'OPTIONS', 'DELETE'].includes(method)
  const times = again ? 'twice where nothing came back, else once' : 'once'
  test(`a ${method} whose connection is reset before the head of the answer is whole arrives ${times}`, async (t) => {
    for (const bytes of [0, 1, 12, 17, bodyAt - 1]) {
      const application = await startRecorder(t, (_request, socket) => {
        socket.write(answer.slice(0, bytes), () => setTimeout(() => socket.resetAndDestroy(), 20))
        return undefined
      })
      const {port, proxy} = await startSubject(t, application.port)
      const body = ['POST', 'PUT', 'PATCH', 'QUERY'].includes(method) ? 'body' : undefined
      t.is((await ask(port, {method, ...(body && {body})})).status, 502, `${bytes}`)
      t.is(application.requests.length, again && bytes === 0 ? 2 : 1, `${bytes}`)
      t.is(proxy.routes()[0]!.failed, 1)
    }
  })
}

for (const method of ['GET', 'POST']) {
  test(`a ${method} whose answer is broken off in its body arrives once, and the client sees that it is broken`, async (t) => {
    for (let bytes = bodyAt; bytes < answer.length; bytes++) {
      const application = await startRecorder(t, (_request, socket) => {
        socket.write(answer.slice(0, bytes), () => setTimeout(() => socket.resetAndDestroy(), 20))
        return undefined
      })
      const {port, host} = await startSubject(t, application.port)
      const received = await readAll(
        rawConnection(t, port, `${method} / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`),
      )
      const {messages, rest, fault} = readResponses(received, [], false)
      t.is(fault, undefined)
      t.deepEqual(messages, [])
      t.true(rest.endsWith(`\r\n\r\n${'abcde'.slice(0, bytes - bodyAt)}`), rest)
      t.is(application.requests.length, 1)
    }
  })
}

for (const [what, method, body] of [
  ['a POST', 'POST', undefined],
  ['a PUT with a body', 'PUT', 'body'],
  ['a DELETE with a body', 'DELETE', 'body'],
] as const) {
  test(`${what} is never sent over a connection that is kept, and arrives once where each is reset`, async (t) => {
    const application = await startRecorder(t, ({start}, socket) => {
      if (start.startsWith('GET')) return ok
      socket.resetAndDestroy()
      return undefined
    })
    const {port} = await startSubject(t, application.port)
    const agent = keepAliveAgent(t)
    for (let round = 0; round < 5; round++) {
      t.is((await ask(port, {agent})).status, 200)
      t.is(
        (await ask(port, {agent, method, ...(body && {body, headers: {'content-length': body.length}})})).status,
        502,
      )
    }
    t.is(application.requests.filter(({start}) => start.startsWith(method)).length, 5)
    for (const {received} of application.connections) t.false(received.startsWith('GET') && received.includes(method))
  })
}

test('a GET over a kept connection that is reset after a part of the answer is not sent again', async (t) => {
  const application = await startRecorder(t, ({start}, socket) => {
    if (!start.includes('/second')) return ok
    socket.write('HTTP/1.1 2', () => setTimeout(() => socket.resetAndDestroy(), 20))
    return undefined
  })
  const {port} = await startSubject(t, application.port)
  const agent = keepAliveAgent(t)
  t.is((await ask(port, {agent})).status, 200)
  t.is((await ask(port, {agent, path: '/second'})).status, 502)
  t.is(application.connections.length, 1)
  t.is(application.requests.length, 2)
})

test('a request whose client goes away while it waits for its second attempt is not sent again', async (t) => {
  const application = await startRecorder(t, (_request, socket) => {
    socket.resetAndDestroy()
    client.resetAndDestroy()
    return undefined
  })
  const {port, host, proxy} = await startSubject(t, application.port)
  const client = rawConnection(t, port, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  await readAll(client)
  // Longer than the pause before a second attempt.
  await new Promise((resolve) => setTimeout(resolve, 400))
  t.is(application.requests.length, 1)
  t.is(proxy.routes()[0]!.inFlight, 0)
})
