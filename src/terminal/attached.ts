import type {ReadStream, WriteStream} from 'node:tty'

import {ImmError} from '../errors.ts'
import type {ExecRequest, Execution, TerminalSize} from '../lifecycle/ports.ts'
import {borrowTerminal} from './terminal-streams.ts'
import {wholeLines} from './whole-lines.ts'

export interface AttachedOptions {
  /** -t */
  tty: boolean
  /** -T */
  noTty: boolean
  /** stdout belongs to a program: output is told as lines */
  json: boolean
  onLine: (stream: 'stdout' | 'stderr', text: string) => void
  signal: AbortSignal
}

type Streams = Omit<ExecRequest, 'command'>

/** Gives input, output and terminal of this process to a command elsewhere, until it ends. */
export const attached = async <E extends Pick<Execution, 'ended'> & Partial<Pick<Execution, 'resize'>>>(
  {tty, noTty, json, onLine, signal}: AttachedOptions,
  start: (streams: Streams, onResize: (resize: Resize) => void) => Promise<E>,
): Promise<E & {exitCode: number}> => {
  const stdin: ReadStream = process.stdin
  const stdout: WriteStream = process.stdout
  const isTerminal = stdin.isTTY && stdout.isTTY && !json
  if (tty && !isTerminal)
    throw new ImmError('USAGE', 'there is no terminal to give to the command', {next: 'Leave out -t.'})
  using terminal = isTerminal && !noTty ? borrowTerminal(stdin, stdout) : undefined
  const told = {
    stdout: wholeLines((text) => onLine('stdout', text)),
    stderr: wholeLines((text) => onLine('stderr', text)),
  }
  // Best effort: the command may have ended just now.
  const onResize = (resize: Resize) => terminal?.onResize((size) => void resize(size, signal).catch(() => {}))
  const streams: Streams = {
    stdin,
    terminal: terminal?.size,
    onOutput: (stream, chunk) => {
      if (json) told[stream].add(chunk)
      else (stream === 'stdout' ? stdout : process.stderr).write(chunk)
    },
  }
  const execution = await start(streams, onResize)
  if (execution.resize) onResize(execution.resize)
  const exitCode = await execution.ended
  // Whoever holds its other end open would keep imm from ending.
  stdin.destroy()
  for (const lines of Object.values(told)) lines.end()
  return {...execution, exitCode}
}

type Resize = (size: TerminalSize, signal: AbortSignal) => Promise<void>
