import test from 'ava'
import * as fc from 'fast-check'

import {rawConnection, readAll, until} from '../kit/client.ts'
import {host, last, smuggled} from './cases/case.ts'
import {readRequests, readResponses} from './kit/messages.ts'
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
    {numRuns: 500},
  )
  await until(() => application.connections.filter(({socket}) => !socket.destroyed).length <= 4)
  t.deepEqual(
    application.faults().filter((fault) => !fault.startsWith('rest ')),
    [],
  )
})
