import type {Readable} from 'node:stream'

import type {GateCommand, GateEnd} from '../lifecycle/ports.ts'
import {lineSplitter} from './lines.ts'
import {killGroup} from './process-group.ts'

// What a program gets to put away what it made, before it is killed.
const graceMs = 1000
// Somebody who left the group may hold the output open for as long as he likes.
const lastOutputMs = 2000

/** Runs a command in a process group of its own; settles when nothing of the group is left. Rejects only with the signal's reason. */
export const runCommand = async (
  directory: string,
  {command: [program = '', ...args], env}: GateCommand,
  onLine: (text: string) => void,
  signal: AbortSignal,
): Promise<GateEnd> => {
  signal.throwIfAborted()
  const {execa} = await import('execa')
  const child = execa(program, args, {
    cwd: directory,
    env,
    // The leader of a new group: its children end with it, whoever began them.
    detached: process.platform !== 'win32',
    stdin: 'ignore',
    buffer: false,
    reject: false,
  })
  const {pid} = child
  if (pid === undefined) {
    const {originalMessage} = await child
    signal.throwIfAborted()
    return {outcome: 'not started', detail: originalMessage ?? 'no reason given'}
  }
  const outputs = [child.stdout, child.stderr]
  const read = Promise.all(outputs.map(async (stream) => passOn(stream, onLine)))
  const ended = Promise.withResolvers<[code: number | null, by: NodeJS.Signals | null]>()
  child.nodeChildProcess.once('exit', (...end) => ended.resolve(end))
  let kill: NodeJS.Timeout | undefined
  const stop = () => {
    killGroup(pid, 'SIGTERM')
    kill = setTimeout(() => killGroup(pid, 'SIGKILL'), graceMs)
  }
  signal.addEventListener('abort', stop, {once: true})
  if (signal.aborted) stop()
  try {
    const [exitCode, by] = await ended.promise
    // What the command left running would go on after imm has forgotten it.
    killGroup(pid, 'SIGKILL')
    const giveUp = setTimeout(() => outputs.forEach((stream) => void stream.destroy()), lastOutputMs)
    await read
    clearTimeout(giveUp)
    signal.throwIfAborted()
    return exitCode === null ? {outcome: 'killed', by: by ?? 'a signal'} : {outcome: 'exited', exitCode}
  } finally {
    clearTimeout(kill)
    signal.removeEventListener('abort', stop)
  }
}

/** Each line of a stream, until it is closed: what two streams print at once must not run into each other. */
const passOn = async (stream: Readable, onLine: (text: string) => void): Promise<void> => {
  const split = lineSplitter(onLine)
  const closed = Promise.withResolvers<void>()
  stream
    .on('data', split.add)
    .on('error', () => undefined)
    .once('close', closed.resolve)
  await closed.promise
  split.end()
}
