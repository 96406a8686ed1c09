import {once} from 'node:events'

import test from 'ava'
import * as fc from 'fast-check'

import {rawConnection, readAll, until} from '../kit/client.ts'
import {host, last, smuggled} from './cases/case.ts'
import {readRequests, readResponses} from './kit/messages.ts'
import type {Message} from './kit/messages.ts'
import {startRecorder} from './kit/recorder.ts'
import {startSubject} from './kit/subject.ts'

const inChunks = `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`
const fields = `Host: ${host}\r\nContent-Type: text/plain\r\n`
/** Honest messages with a request in their body. */
const honest = [
  `POST /first HTTP/1.1\r\n${fields}Content-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
  `POST /first HTTP/1.1\r\n${fields}Transfer-Encoding: chunked\r\n\r\n${inChunks}`,
  `PUT /first HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n${fields}\r\n${inChunks.slice(0, -2)}X: y\r\n\r\n`,
  `GET /first HTTP/1.1\r\n${fields}X: ${smuggled.split('\r\n').join(' ')}\r\n\r\n`,
]

const parts = [
  '\r',
  '\n',
  '\r\n',
  '\0',
  ' ',
  '\t',
  '\v',
  ':',
  ',',
  ';',
  '+',
  '-',
  '0',
  '1',
  'x',
  '\x7f',
  '\x85',
  '\xff',
  '"',
]
const lines = [
  'Content-Length: 0\r\n',
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: x\r\n',
  ' folded\r\n',
  '0\r\n\r\n',
]
const mutation = fc.record({
  at: fc.double({min: 0, max: 1, noNaN: true}),
  // Next to a line end is where readers differ.
  snap: fc.constantFrom('no', '\r\n', ':', ' '),
  cut: fc.integer({min: 0, max: 2}),
  put: fc.oneof(
    {weight: 4, arbitrary: fc.constantFrom(...parts)},
    {weight: 1, arbitrary: fc.constantFrom(...lines)},
    fc.constant(''),
  ),
})

const mutate = (text: string, mutations: readonly {at: number; snap: string; cut: number; put: string}[]): string => {
  let mutated = text
  for (const {at, snap, cut, put} of mutations) {
    const near = Math.floor(at * mutated.length)
    const snapped = snap === 'no' ? near : mutated.indexOf(snap, near)
    const place = snapped < 0 ? near : snapped + (snap === 'no' ? 0 : snap.length)
    mutated = mutated.slice(0, place) + put + mutated.slice(place + cut)
  }
  return mutated
}

/** What a reader sees that is lenient only where no other sees another message: line ends before a request line, spaces within it (RFC 9112 2.2, 3). */
const readLeniently = (text: string): string[] => {
  const {messages, rest, fault} = readRequests(text)
  const seen = messages.map(({start, body}) => `${start.split(' ')[1]} ${body}`)
  const straight = rest.replace(/^[\r\n]+/, '').replace(/^([A-Z]+) +([!-~]+) +(HTTP\/1\.[01]\r\n)/, '$1 $2 $3')
  return fault === undefined || straight === rest ? seen : [...seen, ...readLeniently(straight)]
}

/** In the same order, with some left out: those for another host reach nobody. */
const isPartOf = (part: readonly string[], whole: readonly string[]): boolean => {
  let at = -1
  return part.every((each) => (at = whole.indexOf(each, at + 1)) >= 0)
}

test('whatever one does to the bytes of messages, no request reaches the application that they do not hold', async (t) => {
  const application = await startRecorder(t)
  const {port} = await startSubject(t, application.port)
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...honest),
      fc.array(mutation, {minLength: 1, maxLength: 3}),
      async (text, mutations) => {
        const sent = mutate(text, mutations) + last
        const from = application.requests.length
        const client = rawConnection(t, port, Buffer.from(sent, 'latin1'))
        client.end()
        client.setTimeout(5000, () => client.destroy())
        const {fault} = readResponses(await readAll(client), [])
        client.destroy()
        t.is(fault, undefined)
        const reached = application.requests.slice(from).map(({start, body}) => `${start.split(' ')[1]} ${body}`)
        const held = readLeniently(sent)
        t.true(isPartOf(reached, held), JSON.stringify({sent, reached, held}))
      },
    ),
    {numRuns: 400},
  )
  await until(() => application.connections.filter(({socket}) => !socket.destroyed).length <= 4)
  t.deepEqual(
    application.faults().filter((fault) => !fault.startsWith('rest ')),
    [],
  )
})

const foreign = 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nforeign'
const answers = [
  `HTTP/1.1 200 OK\r\nContent-Length: ${foreign.length}\r\nX: y\r\n\r\n${foreign}`,
  `HTTP/1.1 200 OK\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n${foreign.length.toString(16)}\r\n${foreign}\r\n0\r\n\r\n`,
  `HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\nHTTP/1.1 204 No Content\r\nX: y\r\n\r\n`,
]

test('whatever an application does to the bytes of its answers, the next request gets its own', async (t) => {
  let mutated = ''
  const application = await startRecorder(t, ({start}, socket) => {
    if (start.includes('/own')) return 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown'
    socket.write(mutated, 'latin1')
    // One that has become too short would be waited for.
    setTimeout(() => socket.end(), 50)
    return undefined
  })
  const {port} = await startSubject(t, application.port)
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...answers),
      fc.array(mutation, {minLength: 1, maxLength: 3}),
      async (text, mutations) => {
        mutated = mutate(text, mutations)
        const client = rawConnection(t, port, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
        let received = ''
        client.setEncoding('latin1').on('data', (piece: string) => {
          const before = finals(received).length
          received += piece
          if (before === 0 && finals(received).length > 0)
            client.write(`GET /own HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
        })
        await once(client, 'end').catch(() => undefined)
        client.destroy()
        t.is(readResponses(received, [], false).fault, undefined, JSON.stringify({mutated, received}))
        const [, next] = finals(received)
        if (next !== undefined) t.is(next.body, 'own', JSON.stringify({mutated, received}))
      },
    ),
    {numRuns: 200},
  )
})

const finals = (received: string): Message[] =>
  readResponses(received, [], false).messages.filter(({start}) => !start.startsWith('HTTP/1.1 1'))
