import type {Duplex} from 'node:stream'

import type {OnceSpec} from '../../lifecycle/ports.ts'
import {call, readStream} from './call.ts'
import type {Client} from './client.ts'
import {frames} from './frames.ts'
import {statusOf} from './translate-errors.ts'

type Interactive = NonNullable<OnceSpec['interactive']>

/** The input and output of a container that is about to start; closed when the signal aborts, or it is disposed. */
export const attach = async (
  {docker}: Client,
  id: string,
  interactive: Interactive,
  signal: AbortSignal,
): Promise<Disposable & {ended(): Promise<void>}> => {
  const {stdin, terminal} = interactive
  const doing = `attaching to container ${id}`
  const container = docker.getContainer(id)
  const options = {stream: true, stdin: true, stdout: true, stderr: true, hijack: true}
  const stream = (await call(doing, signal, () => container.attach(options))) as Duplex
  const close = () => stream.destroy()
  signal.addEventListener('abort', close, {once: true})
  if (signal.aborted) close()
  const resize: Parameters<NonNullable<Interactive['onTerminal']>>[0] = async ({columns, rows}, within) => {
    const resizing = call(`resizing the terminal of container ${id}`, within, (abortSignal) =>
      container.resize({w: columns, h: rows, abortSignal}),
    )
    // It has ended, or is about to.
    await resizing.catch((error: unknown) => {
      if (statusOf(error) === undefined) throw error
    })
  }
  return {
    async ended() {
      if (terminal) await resize(terminal, signal)
      if (terminal) interactive.onTerminal?.(resize)
      // A command that ends before its input does is no failure.
      stdin?.on('error', () => stream.end())
      stream.on('error', () => {})
      if (stdin) stdin.pipe(stream)
      else stream.end()
      const chunks = readStream(doing, stream, signal)
      if (terminal) for await (const chunk of chunks) interactive.onOutput('stdout', chunk)
      else for await (const {stream: from, payload} of frames(chunks)) interactive.onOutput(from, payload)
    },
    [Symbol.dispose]() {
      signal.removeEventListener('abort', close)
      stdin?.unpipe(stream)
      close()
    },
  }
}
