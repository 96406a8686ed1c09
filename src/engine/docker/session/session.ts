import {randomUUID} from 'node:crypto'
import type {Duplex} from 'node:stream'

import type Docker from 'dockerode'

import type {BuildRequest, BuildTree} from '../../../lifecycle/ports.ts'
import {call} from '../call.ts'
import {treeWithDockerfile} from './dockerfile-tree.ts'
import {message, number} from './encode.ts'
import {fileSync} from './file-sync.ts'
import {serveGrpc, type GrpcMethods} from './grpc.ts'
import {getSecret} from './secrets.ts'

export interface BuildSession extends Disposable {
  id: string
}

/**
 * The connection by which BuildKit asks back during a build (github.com/moby/buildkit, session/): for the files that it does not have yet, for
 * secrets, and for credentials, of which there are none. The engine is the client on it.
 */
export const openSession = async (
  docker: Docker,
  tree: BuildTree,
  request: Pick<BuildRequest, 'dockerfile' | 'dockerfileText' | 'secrets'>,
  onError: (error: unknown) => void,
  signal: AbortSignal,
): Promise<BuildSession> => {
  const id = randomUUID()
  const methods: GrpcMethods = {
    '/moby.filesync.v1.FileSync/DiffCopy': fileSync(tree, treeWithDockerfile(tree, request), onError),
    '/moby.buildkit.secrets.v1.Secrets/GetSecret': getSecret(request.secrets ?? [], onError),
    '/moby.filesync.v1.Auth/Credentials': async ({send}) => send(message()),
    '/grpc.health.v1.Health/Check': async ({send}) => send(message(number(1, serving))),
  }
  const options = {
    path: '/session',
    method: 'POST',
    hijack: true,
    headers: {
      Upgrade: 'h2c',
      'X-Docker-Expose-Session-Uuid': id,
      'X-Docker-Expose-Session-Name': 'imm',
      // What the builder kept from a build of the same key is what it compares with.
      'X-Docker-Expose-Session-Sharedkey': tree.key,
      'X-Docker-Expose-Session-Grpc-Method': Object.keys(methods),
    },
    statusCodes: {101: true, 200: true},
  }
  const socket = await call('opening a build session', signal, async () => dial(docker, options))
  const close = () => socket.destroy()
  signal.addEventListener('abort', close, {once: true})
  socket.on('error', () => undefined)
  serveGrpc(socket, methods, () => undefined)
  return {
    id,
    [Symbol.dispose]() {
      signal.removeEventListener('abort', close)
      close()
    },
  }
}

const serving = 1

const dial = async (docker: Docker, options: object): Promise<Duplex> => {
  const {promise, resolve, reject} = Promise.withResolvers<Duplex>()
  docker.modem.dial(options as Parameters<typeof docker.modem.dial>[0], (error: Error | null, socket: unknown) =>
    error ? reject(error) : resolve(socket as Duplex),
  )
  return promise
}
