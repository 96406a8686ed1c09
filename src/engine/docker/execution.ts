import type {Duplex} from 'node:stream'

import type {ExecRequest, Execution} from '../../lifecycle/ports.ts'
import {call, readStream} from './call.ts'
import type {Client} from './client.ts'
import {frames} from './frames.ts'

/** Runs a command in a running container, with a terminal or with plain streams; its connection is closed when the signal aborts. */
export const execution = async (
  {docker}: Client,
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
  // A command that ends before its input does is no failure.
  stdin?.on('error', () => stream.end())
  if (stdin) stdin.pipe(stream)
  else stream.end()

  const read = async (): Promise<number> => {
    try {
      const chunks = readStream(doing, stream, signal)
      if (Tty) for await (const chunk of chunks) request.onOutput('stdout', chunk)
      else for await (const frame of frames(chunks)) request.onOutput(frame.stream, frame.payload)
    } finally {
      signal.removeEventListener('abort', close)
      stdin?.unpipe(stream)
      stream.destroy()
    }
    const {ExitCode} = await call(doing, signal, (abortSignal) => run.inspect({abortSignal}))
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
