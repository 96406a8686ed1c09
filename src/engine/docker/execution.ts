import type {Duplex} from 'node:stream'
import {setTimeout as sleep} from 'node:timers/promises'

import {ImmError} from '../../errors.ts'
import type {ExecRequest, Execution} from '../../lifecycle/ports.ts'
import {call, readStream} from './call.ts'
import type {Client} from './client.ts'
import {frames} from './frames.ts'

/** Runs a command in a running container, with a terminal or with plain streams; its connection is closed when the signal aborts. */
export const execution = async (
  {docker, libpod}: Client,
  id: string,
  request: ExecRequest,
  signal: AbortSignal,
): Promise<Execution> => {
  const {command, stdin, terminal} = request
  const doing = `running ${command[0] ?? 'nothing'} in container ${id}`
  const Tty = terminal !== undefined
  const run = await call(doing, signal, (abortSignal) =>
    docker.getContainer(id).exec({
      Cmd: [...command],
      Tty,
      AttachStdin: stdin !== undefined,
      AttachStdout: true,
      AttachStderr: true,
      ...(terminal === undefined ? {} : {Env: [`TERM=${process.env['TERM'] ?? 'xterm'}`]}),
      abortSignal,
    }),
  )
  const stream: Duplex = await call(doing, signal, () => run.start({hijack: true, stdin: true, Tty}))
  const close = () => stream.destroy()
  signal.addEventListener('abort', close, {once: true})
  if (signal.aborted) close()
  const inspect = async () => call(doing, signal, (abortSignal) => run.inspect({abortSignal}))
  // Podman forgets the process of a command that has ended: there nothing can be told.
  if (!libpod && !(await hasStarted(inspect, signal))) {
    const text = await readText(readStream(doing, stream, signal), Tty)
    close()
    signal.removeEventListener('abort', close)
    throw new ImmError('COMMAND_NOT_STARTED', `the engine could not start \`${command[0] ?? ''}\` in the container`, {
      output: text.trim().split(/\r?\n/),
    })
  }
  // A command that ends before its input does is no failure.
  stdin?.on('error', () => stream.end())
  if (stdin) stdin.pipe(stream)
  else stream.end()

  const read = async (): Promise<number> => {
    try {
      const chunks = readStream(doing, stream, signal)
      if (Tty) for await (const chunk of chunks) await request.onOutput('stdout', chunk)
      else for await (const frame of frames(chunks)) await request.onOutput(frame.stream, frame.payload)
    } finally {
      signal.removeEventListener('abort', close)
      stdin?.unpipe(stream)
      stream.destroy()
    }
    const {ExitCode} = await inspect()
    return ExitCode ?? 0
  }
  const ended = read()
  // Whoever asked for it awaits it later.
  ended.catch(() => {})
  return {
    ended,
    async resize({columns, rows}, within) {
      await call(`resizing the terminal in container ${id}`, within, (abortSignal) =>
        run.resize({w: columns, h: rows, abortSignal}),
      )
    },
  }
}

// A busy engine takes longer to start one; whoever types must not wait for an engine that never says.
const startMs = 2000
const againMs = 20

/**
 * The engine answers before it starts the command, and sends its own words where it can't as output of it. What did start has a process
 * number, also when it has ended; what did not has none, and the exit code 126 or 127.
 */
const hasStarted = async (
  inspect: () => Promise<{Pid: number; ExitCode: number | null}>,
  signal: AbortSignal,
): Promise<boolean> => {
  for (const giveUpMs = performance.now() + startMs; performance.now() < giveUpMs;) {
    const {Pid, ExitCode} = await inspect()
    if (Pid > 0) return true
    if (ExitCode !== null) return ExitCode !== 126 && ExitCode !== 127
    await sleep(againMs, undefined, {signal})
  }
  return true
}

const readText = async (chunks: AsyncIterable<Buffer>, isPlain: boolean): Promise<string> => {
  const parts: Buffer[] = []
  if (isPlain) for await (const chunk of chunks) parts.push(chunk)
  else for await (const {payload} of frames(chunks)) parts.push(payload)
  return Buffer.concat(parts).toString()
}
