import {mkdtemp, realpath, rm} from 'node:fs/promises'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

import {execa} from 'execa'

const dev = fileURLToPath(new URL('../../bin/dev.js', import.meta.url))

export interface Place extends AsyncDisposable {
  /** absolute and real */
  directory: string
  /** `imm` with an environment of its own: only what is given here, and a home in this place */
  imm(args: readonly string[], env?: Readonly<Record<string, string>>): ReturnType<typeof run>
}

/** A temporary directory in which `imm` runs, gone at the end of the test. */
export const temporaryPlace = async (): Promise<Place> => {
  const directory = await realpath(await mkdtemp(path.join(tmpdir(), 'imm-doctor-')))
  return {
    directory,
    imm: (args, env = {}) => run(directory, args, env),
    [Symbol.asyncDispose]: () => rm(directory, {recursive: true}),
  }
}

const run = (directory: string, args: readonly string[], env: Readonly<Record<string, string>>) =>
  execa(process.execPath, ['--disable-warning=ExperimentalWarning', dev, ...args], {
    cwd: directory,
    reject: false,
    extendEnv: false,
    env: {PATH: process.env['PATH'], HOME: directory, IMM_HOME: path.join(directory, 'imm'), NO_COLOR: '1', ...env},
    timeout: 60_000,
  })

/** The objects that `--json` printed. */
export const jsonLines = (stdout: string): Record<string, unknown>[] =>
  stdout.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)

export interface FakeEngine extends AsyncDisposable {
  /** as DOCKER_HOST */
  endpoint: string
}

const answers: Readonly<Record<string, unknown>> = {
  version: {Version: '27.1.0', ApiVersion: '1.46'},
  info: {OperatingSystem: 'Somewhere else', KernelVersion: 'another', DockerRootDir: '/var/lib/docker'},
  'containers/json': [],
  'images/json': [],
}

/** What the fake engine answers where it holds containers that carry these labels. */
export const containersWith = (...all: readonly Readonly<Record<string, string>>[]): Record<string, unknown> => {
  const found = all.map((labels, index) => ({
    Id: `c${index}`,
    Name: `/c${index}`,
    Image: 'sha256:a',
    Created: 0,
    Labels: labels,
    State: {Status: 'exited', StartedAt: '2026-01-01T00:00:00Z'},
    Config: {Labels: labels},
    HostConfig: {},
    NetworkSettings: {},
  }))
  return {'containers/json': found, ...Object.fromEntries(found.map((each) => [`containers/${each.Id}/json`, each]))}
}

/** An engine on a unix socket that answers what doctor asks, and holds what `more` says. A request for one of `silent` gets no answer, ever. */
export const fakeEngine = async (
  directory: string,
  silent: readonly string[] = [],
  more: Readonly<Record<string, unknown>> = {},
): Promise<FakeEngine> => {
  const all = {...answers, ...more}
  const socket = path.join(directory, 'engine.sock')
  const server = createServer((request, response) => {
    const name = nameOf(request)
    if (!silent.includes(name)) answer(name, all, response)
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return {endpoint: `unix://${socket}`, [Symbol.asyncDispose]: () => closed(server)}
}

/** `containers/json` of `/v1.46/containers/json?all=true`. */
const nameOf = ({url = ''}: IncomingMessage): string =>
  new URL(url, 'http://engine').pathname.replace(/^\/(?:v[\d.]+\/)?/, '')

const answer = (name: string, all: Readonly<Record<string, unknown>>, response: ServerResponse): void => {
  response.setHeader('api-version', '1.46')
  response.setHeader('builder-version', '2')
  if (name === '_ping') return void response.end('OK')
  response.statusCode = name in all ? 200 : 404
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(all[name] ?? {message: `no ${name}`}))
}

const closed = async (server: Server): Promise<void> => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
