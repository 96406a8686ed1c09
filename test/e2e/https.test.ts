import {once} from 'node:events'
import type {IncomingMessage} from 'node:http'
import {Agent, get} from 'node:https'

import {turnOnHttps} from '../proxy/kit/secure.ts'
import {startDev} from '../support/dev.ts'
import {imm, jsonLines} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject} from '../support/project.ts'

test('links are https once it is set up, and no request over TLS fails while a release follows another', async (t) => {
  await using project = await testProject()
  const {pem: ca} = await turnOnHttps(project.home)
  await using dev = startDev(project)
  const {url} = await dev.next('live')
  const {protocol, hostname, port} = new URL(url)
  t.is(protocol, 'https:')
  t.is((await imm(project, 'open', '--print')).stdout.trim(), url)
  t.like(jsonLines((await imm(project, 'status', '--json')).stdout)[0], {url})

  const agent = new Agent({keepAlive: true, ca, maxSockets: 2})
  t.teardown(() => agent.destroy())
  const ask = async (): Promise<string> => {
    const outgoing = get({host: '127.0.0.1', port, servername: hostname, headers: {host: hostname}, agent})
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    let body = ''
    for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) body += chunk
    t.is(response.statusCode, 200)
    return body
  }
  const bodies = new Set<string>()
  const over = new AbortController()
  const client = async (): Promise<void> => {
    while (!over.signal.aborted) bodies.add(await ask())
  }
  const clients = Promise.all([client(), client()])
  await project.write('src/greeting.txt', 'version two')
  await dev.next('live')
  bodies.add(await ask())
  over.abort()
  await clients
  t.deepEqual([...bodies], ['hello, version 1\n', 'version two\n'])
})
