import {request as httpRequest} from 'node:http'
import type {InformationEvent} from 'node:http'

import test from 'ava'
import {execa} from 'execa'

import {raw, rawConnection, readAll, until} from '../kit/client.ts'
import {readResponses} from './kit/messages.ts'
import {ok, startRecorder} from './kit/recorder.ts'
import {startSubject} from './kit/subject.ts'

const hints =
  'HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\nConnection: X\r\nX-Imm-Release: forged\r\n\r\n'

test('early hints reach the client before the answer does', async (t) => {
  const {promise: seen, resolve: see} = Promise.withResolvers<void>()
  const application = await startRecorder(t, (_request, socket) => {
    socket.write(hints)
    void seen.then(() => socket.write(ok))
    return undefined
  })
  const {port, host} = await startSubject(t, application.port)
  const outgoing = httpRequest({port, headers: {host}, agent: false})
  const informed: InformationEvent[] = []
  outgoing.on('information', (event) => {
    informed.push(event)
    see()
  })
  outgoing.end()
  const status = await new Promise((resolve) =>
    outgoing.once('response', (response) => resolve(response.resume().statusCode)),
  )
  t.is(status, 200)
  t.is(informed.length, 1)
  t.is(informed[0]?.statusCode, 103)
  t.deepEqual({...informed[0]?.headers}, {link: '</style.css>; rel=preload'})
})

test('HTTP/1.0 knows no interim answers and gets none', async (t) => {
  const application = await startRecorder(t, () => `HTTP/1.1 100 Continue\r\n\r\n${hints}${ok}`)
  const {port, host} = await startSubject(t, application.port)
  const {messages} = readResponses(await raw(t, port, `GET / HTTP/1.0\r\nHost: ${host}\r\n\r\n`))
  t.deepEqual(
    messages.map(({start}) => start),
    ['HTTP/1.1 200 OK'],
  )
})

test('who has not asked whether to go on is not told to', async (t) => {
  const application = await startRecorder(t, () => `HTTP/1.1 100 Continue\r\n\r\n${ok}`)
  const {port, host} = await startSubject(t, application.port)
  const received = await raw(t, port, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  t.deepEqual(
    readResponses(received).messages.map(({start}) => start),
    ['HTTP/1.1 200 OK'],
  )
})

const asking = (host: string): string =>
  `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 4\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`

test('a body is asked for when the application asks for it, not before', async (t) => {
  const application = await startRecorder(t)
  const {port, host} = await startSubject(t, application.port)
  const client = rawConnection(t, port, asking(host))
  await until(() => application.connections[0]?.received.includes('\r\n\r\n') ?? false)
  t.regex(application.connections[0]!.received, /^expect: 100-continue\r$/im)
  application.connections[0]!.socket.write('HTTP/1.1 100 Continue\r\n\r\n')
  let received = ''
  client.setEncoding('latin1').on('data', (text: string) => (received += text))
  await until(() => received === 'HTTP/1.1 100 Continue\r\n\r\n')
  client.write('body')
  await until(() => received.endsWith('ok'))
  t.is(application.requests[0]?.body, 'body')
})

test('an application that refuses a body it was asked about gets none, and its answer arrives', async (t) => {
  const application = await startRecorder(t)
  const {port, host} = await startSubject(t, application.port)
  const client = rawConnection(t, port, asking(host))
  await until(() => application.connections[0]?.received.includes('\r\n\r\n') ?? false)
  application.connections[0]!.socket.end(
    'HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
  )
  t.deepEqual(
    readResponses(await readAll(client)).messages.map(({start}) => start),
    ['HTTP/1.1 413 Content Too Large'],
  )
  t.deepEqual(application.requests, [])
})

test('curl uploads with and without asking first', async (t) => {
  const application = await startRecorder(
    t,
    ({body}) => `HTTP/1.1 200 OK\r\nContent-Length: ${String(body.length).length}\r\n\r\n${body.length}`,
  )
  const {port, host} = await startSubject(t, application.port)
  const upload = async (expect: string): Promise<string> =>
    (
      await execa(
        'curl',
        [
          '-sS',
          '--max-time',
          '10',
          '-H',
          `Host: ${host}`,
          '-H',
          expect,
          '--data-binary',
          '@-',
          `http://127.0.0.1:${port}/`,
        ],
        {
          input: 'x'.repeat(100_000),
        },
      )
    ).stdout
  t.is(await upload('Expect:'), '100000')
  // Nobody says `continue` here: curl goes on by itself after a second.
  t.is(await upload('Expect: 100-continue'), '100000')
})
