import type {Duplex} from 'node:stream'

import type Docker from 'dockerode'

import {ImmError} from '../../errors.ts'
import type {OnceSpec} from '../../lifecycle/ports.ts'
import {call, readStream} from './call.ts'
import type {Client} from './client.ts'
import {frames} from './frames.ts'
import {statusOf} from './translate-errors.ts'

type Interactive = NonNullable<OnceSpec['interactive']>

/** dockerode's own call sends its options as a body, too, and Podman passes that on to the command as its input. */
const open = async ({modem}: Docker, id: string, input: boolean): Promise<Duplex> => {
  const {promise, resolve, reject} = Promise.withResolvers<Duplex>()
  const options = {
    path: `/containers/${id}/attach?`,
    options: {_query: {stream: true, stdin: input, stdout: true, stderr: true}},
    method: 'POST',
    isStream: true,
    hijack: true,
    file: Buffer.alloc(0),
    statusCodes: {200: true, 404: 'no such container', 500: 'server error'},
  }
  modem.dial(options, (error: Error | null, stream: unknown) => (error ? reject(error) : resolve(stream as Duplex)))
  return promise
}

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
  const stream = await call(doing, signal, () => open(docker, id, stdin !== undefined))
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
      stdin?.pipe(stream)
      const chunks = readStream(doing, stream, signal)
      try {
        if (terminal) for await (const chunk of chunks) await interactive.onOutput('stdout', chunk)
        else for await (const {stream: from, payload} of frames(chunks)) await interactive.onOutput(from, payload)
      } catch (error) {
        // Podman closes both ways at the end of a command, also while its input is still written. An engine that is gone shows in the next call.
        if (stdin === undefined || !isBrokenPipe(error)) throw error
      }
    },
    [Symbol.dispose]() {
      signal.removeEventListener('abort', close)
      stdin?.unpipe(stream)
      close()
    },
  }
}

const isBrokenPipe = (error: unknown): boolean =>
  error instanceof ImmError && error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'EPIPE'
