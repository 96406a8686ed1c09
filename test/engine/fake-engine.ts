import {mkdtemp, rm} from 'node:fs/promises'
import {createServer, type RequestListener} from 'node:http'
import type {Socket} from 'node:net'
import {tmpdir} from 'node:os'
import path from 'node:path'

/** A server on a unix socket that answers as a test wants an engine to. */
export interface FakeEngine extends AsyncDisposable {
  socketPath: string
  /** closes all connections, as a killed engine does */
  cut(): void
}

const version = {Version: '20.10.0', ApiVersion: '1.41'}

/** `answer` gets what is not asked while connecting. */
export const fakeEngine = async (answer: RequestListener, silent = false, info: object = {}): Promise<FakeEngine> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-fake-'))
  const socketPath = path.join(directory, 'docker.sock')
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    const send = (body: unknown) =>
      response.setHeader('content-type', 'application/json').setHeader('api-version', '1.41').end(JSON.stringify(body))
    if (silent) return
    if (request.url?.endsWith('/_ping')) send('OK')
    else if (request.url?.endsWith('/version')) send(version)
    else if (request.url?.endsWith('/info')) send({OperatingSystem: 'fake', OSType: 'linux', ...info})
    else answer(request, response)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    socketPath,
    cut,
    async [Symbol.asyncDispose]() {
      cut()
      await new Promise((resolve) => server.close(resolve))
      await rm(directory, {recursive: true, force: true})
    },
  }
}
