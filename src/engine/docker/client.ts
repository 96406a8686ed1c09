import {readFile} from 'node:fs/promises'
import http, {type Agent, type IncomingMessage} from 'node:http'
import https from 'node:https'
import path from 'node:path'
import {inspect} from 'node:util'

import type Docker from 'dockerode'

import {ImmError} from '../../errors.ts'
import type {EngineFacts} from '../../lifecycle/ports.ts'
import type {Candidate} from '../candidates.ts'
import type {Followers} from './followers.ts'
import type {Kept} from './kept.ts'
import type {Surroundings} from './registry/credentials.ts'

/** An engine that answered, and what all its calls need. */
export interface Client {
  docker: Docker
  facts: EngineFacts
  /** Podman's own API, where the engine is Podman: its Docker-like one leaves things out */
  libpod: Docker | undefined
  /** it runs on this machine's kernel: its process numbers and paths are ours */
  local: boolean
  followers: Followers
  /** as the engine names it: `amd64`, `arm64` */
  architecture: string
  /** `containerd` knows layers by their compressed blobs; everything else by their content */
  store: 'containerd' | 'other'
  kept: Kept
  /** where the user's Docker configuration is; undefined: no registry is logged in to */
  surroundings: Surroundings | undefined
}

/** How dockerode is told where to connect. Every field is set: what is left out it takes from this process's environment. */
export interface Connection {
  socketPath: string | undefined
  host: string | undefined
  port: number | undefined
  protocol: 'http' | 'https'
  ca: Buffer | undefined
  cert: Buffer | undefined
  key: Buffer | undefined
  agent: Agent
  timeout: undefined
}

// Idle connections are kept warm this long; a proxy in front of an engine (Docker Desktop) closes them later.
const idleMs = 30_000

/** ENGINE_REFUSED for an endpoint that makes no sense and for TLS files that can't be read. */
export const connectionTo = async ({name, endpoint, given, tls}: Candidate): Promise<Connection> => {
  const nothing = {
    socketPath: undefined,
    host: undefined,
    port: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
    timeout: undefined,
  }
  const keepAlive = {keepAlive: true, timeout: idleMs}
  const socket = /^(?:unix|npipe):\/\/(.+)$/.exec(endpoint)?.[1]
  if (socket !== undefined)
    return {...nothing, protocol: 'http', socketPath: socket, agent: unseen(new http.Agent(keepAlive))}
  const url = URL.parse(endpoint)
  const nonsense = () =>
    new ImmError('ENGINE_REFUSED', `${name} is "${given ?? endpoint}", which names no engine`, {
      next: 'Write it as unix:///path/to/docker.sock or tcp://host:port.',
    })
  if (url?.hostname === '') throw nonsense()
  const address = {host: url?.hostname, port: url?.port ? Number(url.port) : undefined}
  switch (url?.protocol ?? '') {
    case 'ssh:':
      // dockerode could, but it accepts any host key; and the loopback ports of containers over there are not reached from here.
      throw new ImmError('ENGINE_REFUSED', `${name} is "${endpoint}", and imm does not reach containers over SSH`, {
        next: 'Use an engine on this machine: unset DOCKER_HOST, or `docker context use default`.',
      })
    case 'tcp:':
    case 'http:':
      if (tls === undefined) return {...nothing, ...address, protocol: 'http', agent: unseen(new http.Agent(keepAlive))}
      return {
        ...nothing,
        ...address,
        protocol: 'https',
        ...(await tlsFiles(tls)),
        agent: unseen(new https.Agent(keepAlive)),
      }
    case 'https:':
      return {
        ...nothing,
        ...address,
        protocol: 'https',
        ...(tls === undefined ? {} : await tlsFiles(tls)),
        agent: unseen(new https.Agent(keepAlive)),
      }
    default:
      throw nonsense()
  }
}

/**
 * docker-modem inspects the options of every call to any depth, for a debug log that is off. With the agent go its connections and all that
 * hangs on them: tens of milliseconds a call in which nothing else moves.
 */
const unseen = (agent: Agent): Agent => Object.defineProperty(agent, inspect.custom, {value: () => 'Agent'})

const tlsFiles = async (directory: string): Promise<Pick<Connection, 'ca' | 'cert' | 'key'>> => {
  try {
    const [ca, cert, key] = await Promise.all(
      ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFile(path.join(directory, name))),
    )
    return {ca, cert, key}
  } catch (cause) {
    throw new ImmError('ENGINE_REFUSED', `the TLS files of the engine can't be read: ${(cause as Error).message}`, {
      next: 'Let DOCKER_CERT_PATH name the directory with ca.pem, cert.pem and key.pem.',
      cause,
    })
  }
}

/** `/_ping`'s headers say what the engine speaks; dockerode's own `ping` keeps them to itself. */
export const ping = async (docker: Docker, abortSignal: AbortSignal): Promise<IncomingMessage['headers']> => {
  const {promise, resolve, reject} = Promise.withResolvers<IncomingMessage>()
  const options = {path: '/_ping', method: 'GET', isStream: true, abortSignal, statusCodes: {200: true}}
  docker.modem.dial(options, (error: Error | null, answer: unknown) =>
    error ? reject(error) : resolve(answer as IncomingMessage),
  )
  const answer = await promise
  answer.resume()
  return answer.headers
}
