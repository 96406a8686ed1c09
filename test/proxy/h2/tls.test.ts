import {once} from 'node:events'
import {readFile} from 'node:fs/promises'
import {connect} from 'node:http2'
import type {AddressInfo} from 'node:net'
import path from 'node:path'
import {createServer} from 'node:tls'

import test from 'ava'
import {execa} from 'execa'

import {answerUnrouted} from '../../../src/proxy/answers.ts'
import {createH2Front} from '../../../src/proxy/h2/front.ts'
import {requestHeaders} from '../../../src/proxy/headers.ts'
import {isUpgrade} from '../../../src/proxy/upgrade.ts'
import {temporaryDirectory} from '../kit/proxy.ts'
import {askStream} from './kit.ts'

const framing = {body: false, trusted: false, upgrade: undefined, prefix: '', requestId: 'r'}

test('a TLS connection that has agreed on h2 is served, and its requests say https', async (t) => {
  const directory = await temporaryDirectory(t)
  const [key, cert] = ['key.pem', 'cert.pem'].map((file) => path.join(directory, file)) as [string, string]
  const made = await execa(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      '/CN=localhost',
      '-days',
      '1',
      '-keyout',
      key,
      '-out',
      cert,
    ],
    {reject: false},
  )
  if (made.failed) {
    t.pass('there is no openssl to make a certificate')
    return
  }
  const seen: string[][] = []
  const front = createH2Front((request, answer) => {
    seen.push(requestHeaders(request, request.socket.remoteAddress ?? '', framing))
    answerUnrouted(request, isUpgrade(answer) ? answer.response : answer, false, () => [])
  })
  const options = {key: await readFile(key), cert: await readFile(cert), ALPNProtocols: ['h2', 'http/1.1']}
  const server = createServer(options, (socket) => front.give(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    front.closeAllConnections()
  })
  const session = connect(`https://localhost:${(server.address() as AddressInfo).port}`, {ca: options.cert})
  t.teardown(() => session.destroy())
  const answer = await askStream(session, {':authority': 'none.localhost'})
  t.is(answer.status, 404)
  const [fields = []] = seen
  t.is(fields[fields.indexOf('x-forwarded-proto') + 1], 'https')
  const closed = once(session, 'close')
  front.closeIdleConnections()
  await closed
})
