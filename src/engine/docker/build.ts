import {hash} from 'node:crypto'

import type Docker from 'dockerode'

import {ImmBug, ImmError, isImmError} from '../../errors.ts'
import type {BuildRequest, Image} from '../../lifecycle/ports.ts'
import {buildError, type BuildFailure} from './build-error.ts'
import {type BuildMessage, type BuildProgress} from './build-progress.ts'
import {sessionClient} from './build-session.ts'
import {buildkitProgress, builtImage} from './buildkit-progress.ts'
import {openStream, readStream} from './call.ts'
import {classicProgress} from './classic-progress.ts'
import type {Client} from './client.ts'
import {image} from './images.ts'
import {jsonLines} from './json-lines.ts'
import {openSession} from './session/session.ts'
import {engineWords, statusOf} from './translate-errors.ts'
import {withDockerfile} from './with-dockerfile.ts'

const doing = 'building the image'

/** One build: its connections are closed at once when the signal aborts or the context fails, and with them the engine's work. */
export const build = async (client: Client, request: BuildRequest, signal: AbortSignal): Promise<Image> => {
  signal.throwIfAborted()
  const connection = new AbortController()
  const stop = () => connection.abort(signal.reason)
  signal.addEventListener('abort', stop, {once: true})
  try {
    using begun = await begin(client, request, connection)
    const progress = progressOf(client, request)
    const stream = await openStream(doing, connection.signal, begun.post).catch((error: unknown) => {
      throw refusal(error, request)
    })
    const id = await outcome(jsonLines(readStream(doing, stream, connection.signal)), progress, request)
    const built = await image(client, id, signal)
    if (built) return built
    throw new ImmBug(`the engine built ${id} and does not know it`)
  } catch (error) {
    // What the builder says of a context that failed is a consequence.
    throw connection.signal.aborted ? connection.signal.reason : error
  } finally {
    signal.removeEventListener('abort', stop)
    // Also ends a request whose answer came before its body was sent.
    connection.abort()
  }
}

interface Begun extends Disposable {
  post: (abortSignal: AbortSignal) => Promise<NodeJS.ReadableStream>
}

/** A builder that asks for files is sent those it lacks; any other gets the whole context, as a tar. */
const begin = async (client: Client, request: BuildRequest, connection: AbortController): Promise<Begun> => {
  const {docker, facts} = client
  const fail = (error: unknown) => connection.abort(error)
  const options = buildOptions(client, request)
  if (facts.builder === 'buildkit' && request.tree) {
    const session = await openSession(docker, request.tree, request, fail, connection.signal)
    const query = {...options, remote: 'client-session', session: session.id}
    return {
      post: async (abortSignal) => postBuild(docker, query, abortSignal),
      [Symbol.dispose]: () => session[Symbol.dispose](),
    }
  }
  if (request.secrets && request.secrets.length > 0) throw noSecrets(facts.name, request)
  const session = sessionClient(docker, connection.signal)
  const text = request.dockerfileText
  // A name that no project has: the file of that name may be something else.
  const dockerfile = text === undefined ? request.dockerfile : `.imm-${hash('sha256', text).slice(0, 16)}`
  const given = request.context()
  given.once('error', fail)
  const context = text === undefined ? given : withDockerfile(given, dockerfile, text)
  return {
    post: async (abortSignal) => session.docker.buildImage(context, {...options, dockerfile, abortSignal}),
    [Symbol.dispose]() {
      session[Symbol.dispose]()
      context.on('error', () => {}).destroy()
    },
  }
}

const noSecrets = (engine: string, {dockerfile, secrets = []}: BuildRequest): ImmError =>
  new ImmError(
    'BUILD_SECRETS_REFUSED',
    `${dockerfile} asks for secrets (${secrets.map(({id}) => id).join(', ')}), and ${engine} builds without BuildKit here: they would be in the build context`,
  )

/** dockerode sends a body with every build, and opens a session of its own. */
const postBuild = async (docker: Docker, query: object, abortSignal: AbortSignal): Promise<NodeJS.ReadableStream> => {
  const {promise, resolve, reject} = Promise.withResolvers<NodeJS.ReadableStream>()
  const options = {
    path: '/build?',
    method: 'POST',
    isStream: true,
    abortSignal,
    statusCodes: {200: true},
    options: {_query: query, _body: {}},
  }
  docker.modem.dial(options, (error: Error | null, answer: unknown) =>
    error ? reject(error) : resolve(answer as NodeJS.ReadableStream),
  )
  return promise
}

const progressOf = ({facts}: Client, request: BuildRequest): BuildProgress => {
  const reader = facts.builder === 'buildkit' ? buildkitProgress : classicProgress
  return reader((step) => request.onStep(step))
}

const buildOptions = ({facts}: Client, request: BuildRequest): Docker.ImageBuildOptions => ({
  version: facts.builder === 'buildkit' ? '2' : '1',
  t: request.reference,
  dockerfile: request.dockerfile,
  labels: request.labels,
  buildargs: request.args,
  // The containers of the classic builder's steps go, whether they succeed or fail.
  rm: true,
  forcerm: true,
  ...(request.fresh === true ? {nocache: true} : {}),
  ...(request.target === undefined ? {} : {target: request.target}),
})

/** Docker's classic builder refuses a Dockerfile that it can't parse before it begins: a refusal is about the Dockerfile. */
const refusal = (error: unknown, {dockerfile}: BuildRequest): unknown => {
  const status = statusOf(error)
  return isImmError(error, 'ENGINE_REFUSED') && (status === 400 || status === 500)
    ? buildError({words: engineWords(error.cause as Error)}, undefined, dockerfile)
    : error
}

/** Reads the build's answer to its end: the image's id. A failed build answers 200 too, and says so in its last message. */
const outcome = async (
  messages: AsyncIterable<unknown>,
  progress: BuildProgress,
  {dockerfile, reference}: BuildRequest,
): Promise<string> => {
  let id: string | undefined
  let failure: BuildFailure | undefined
  for await (const value of messages) {
    const message = value as BuildMessage
    progress.note(message)
    id = builtImage(message) ?? id
    if (message.error !== undefined) {
      const {code: exitCode, message: words = message.error} = message.errorDetail ?? {}
      failure = {words: words.trim(), exitCode}
    }
  }
  if (failure) throw buildError(failure, progress.failed(failure.words), dockerfile)
  return id ?? reference
}
