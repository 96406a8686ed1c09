import {mkdtemp, rm} from 'node:fs/promises'
import {createServer} from 'node:http'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'
import Docker from 'dockerode'

import type {Client} from '../../../src/engine/docker/client.ts'
import {resume} from '../../../src/engine/docker/halt.ts'

const {signal} = new AbortController()

/** An engine that goes on calling a container paused, so many times after it ended the pause. */
const lateEngine = async (times: number) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-halt-'))
  const socketPath = path.join(directory, 'sock')
  const asked: string[] = []
  let left: number | undefined
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    if (request.method === 'POST') {
      left = times
      response.writeHead(204).end()
      return
    }
    const paused = left === undefined || left-- > 0
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        Id: 'abc',
        Name: '/one',
        Image: 'sha256:1',
        State: {
          Status: paused ? 'paused' : 'running',
          Running: true,
          Paused: paused,
          StartedAt: '2026-01-01T00:00:00Z',
        },
        Config: {Labels: {}},
        HostConfig: {NetworkMode: 'none'},
        NetworkSettings: {Networks: {}, Ports: {}},
      }),
    )
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  return {
    client: {docker: new Docker({socketPath}), facts: {}} as unknown as Client,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await rm(directory, {recursive: true})
    },
  }
}

test('what the engine still calls paused right after it ended the pause runs', async (t) => {
  await using engine = await lateEngine(3)
  t.is((await resume(engine.client, 'abc', signal))?.state, 'running')
  t.is(engine.asked.filter((each) => each.startsWith('POST')).length, 1, 'it is asked to once')
})

test('what somebody pauses again is told as paused, after a while', async (t) => {
  await using engine = await lateEngine(Infinity)
  t.is((await resume(engine.client, 'abc', signal))?.state, 'paused')
})
