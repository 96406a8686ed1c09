import {mkdtemp, rm} from 'node:fs/promises'
import {createServer} from 'node:http'
import type {Socket} from 'node:net'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {Readable} from 'node:stream'

import test from 'ava'
import Docker from 'dockerode'

import {attach} from '../../../src/engine/docker/attach.ts'
import type {Client} from '../../../src/engine/docker/client.ts'

const {signal} = new AbortController()

/** An engine that says hello, and closes the connection. */
const briefEngine = async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-attach-'))
  const socketPath = path.join(directory, 'sock')
  const server = createServer()
  server.on('upgrade', (_request, upgraded: Socket) => {
    upgraded.on('error', () => {})
    upgraded.write('HTTP/1.1 101 UPGRADED\r\nconnection: Upgrade\r\nupgrade: tcp\r\n\r\n')
    upgraded.write(Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 5]), Buffer.from('hello')]), () =>
      upgraded.destroy(),
    )
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  return {
    client: {docker: new Docker({socketPath})} as unknown as Client,
    async [Symbol.asyncDispose]() {
      server.close()
      await rm(directory, {recursive: true})
    },
  }
}

test('a command that ends while its input is still written has ended, and no engine was lost', async (t) => {
  await using engine = await briefEngine()
  let got = ''
  const interactive = {
    stdin: Readable.from(Array.from({length: 100}, () => 'x'.repeat(100_000))),
    terminal: undefined,
    onOutput: (_from: string, chunk: Buffer) => void (got += chunk.toString()),
  }
  using attached = await attach(engine.client, 'cat', interactive, signal)
  await attached.ended()
  t.is(got, 'hello')
})
