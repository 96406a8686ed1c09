import {spawn} from 'node:child_process'
import {existsSync, mkdirSync, openSync, closeSync, readFileSync, rmSync} from 'node:fs'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import {execa} from 'execa'

import {setupDirectory, type SetupContext} from './context.ts'
import type {Endpoint} from './endpoint.ts'
import {pingEngine} from './find-engine.ts'
import {SetupError} from './setup-error.ts'

const readyTimeoutMs = 60_000
const defaultEngine: Endpoint = {socketPath: '/var/run/docker.sock', url: 'unix:///var/run/docker.sock'}

export interface Daemon {
  executable: string
  args: readonly string[]
  endpoint: Endpoint
  /** a number in one of these that belongs to another program would keep the daemon from starting */
  pidFiles: readonly {file: string; program: string}[]
}

export const systemDaemon = (executable: string): Daemon => ({
  executable,
  args: [],
  endpoint: defaultEngine,
  pidFiles: [
    {file: '/var/run/docker.pid', program: 'dockerd'},
    {file: '/var/run/docker/containerd/containerd.pid', program: 'containerd'},
  ],
})

/** Starts the daemon so that it outlives this process, and waits until it answers. */
export const startDaemon = async (daemon: Daemon, {signal, say}: SetupContext): Promise<Endpoint> => {
  const log = path.join(setupDirectory(), 'dockerd.log')
  mkdirSync(path.dirname(log), {recursive: true})
  say(`starting dockerd (log: ${log})`)
  for (const {file, program} of daemon.pidFiles) removeStalePidFile(file, program)
  const output = openSync(log, 'a')
  const child = spawn(daemon.executable, daemon.args, {detached: true, stdio: ['ignore', output, output]})
  closeSync(output)
  const failed = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, killedBy) => resolve(`it ended with ${killedBy ?? code}`))
  })
  child.unref()
  return untilAnswers(daemon.endpoint, failed, log, signal)
}

/** Lets the service manager start it. */
export const startService = async ({signal, say}: SetupContext): Promise<Endpoint> => {
  say('starting Docker (systemctl start docker)')
  const {failed, all} = await execa('systemctl', ['start', 'docker'], {
    stdin: 'ignore',
    all: true,
    reject: false,
    cancelSignal: signal,
  })
  signal.throwIfAborted()
  if (failed) throw new SetupError(['systemctl could not start Docker:', all, 'See: journalctl -u docker'])
  return untilAnswers(defaultEngine, undefined, 'journalctl -u docker', signal)
}

const untilAnswers = async (
  endpoint: Endpoint,
  failed: Promise<string> | undefined,
  log: string,
  signal: AbortSignal,
): Promise<Endpoint> => {
  const deadline = performance.now() + readyTimeoutMs
  let reason: string | undefined
  void failed?.then((why) => (reason = why))
  while (performance.now() < deadline) {
    // First the ping: the daemon of ours may have ended because another one, started at the same time, holds the place.
    if ((await pingEngine(endpoint, signal)) === 'answers') return endpoint
    if (reason !== undefined) break
    await sleep(100, undefined, {signal})
  }
  throw new SetupError([
    `the container engine did not start: ${reason ?? `no answer in ${readyTimeoutMs / 1000} s`}.`,
    ...(existsSync(log)
      ? [`The end of ${log}:`, ...readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5)]
      : [`See: ${log}`]),
  ])
}

/** A daemon that was killed leaves its number behind, and its successor refuses to start while any process has that number. */
export const removeStalePidFile = (file: string, program: string): void => {
  let number: string
  try {
    number = readFileSync(file, 'utf8').trim()
  } catch {
    return
  }
  if (programOf(number) !== program) rmSync(file, {force: true})
}

const programOf = (pid: string): string | undefined => {
  try {
    return readFileSync(`/proc/${Number(pid)}/comm`, 'utf8').trim()
  } catch {
    return undefined
  }
}
