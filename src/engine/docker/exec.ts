import {call, callMs} from './call.ts'
import type {Client} from './client.ts'
import {frames} from './frames.ts'

export interface Executed {
  exitCode: number
  /** stdout and stderr as they came */
  output: string
}

/** Runs a command in a running container. ENGINE_REFUSED where the container is not running or has no such command. */
export const exec = (
  {docker}: Client,
  id: string,
  command: readonly string[],
  signal: AbortSignal,
  timeoutMs = callMs,
): Promise<Executed> => {
  const attachAndWait = async (abortSignal: AbortSignal): Promise<Executed> => {
    const options = {Cmd: [...command], AttachStdout: true, AttachStderr: true, abortSignal}
    const run = await docker.getContainer(id).exec(options)
    const stream = await run.start({hijack: false, stdin: false, abortSignal})
    const chunks: Buffer[] = []
    for await (const {payload} of frames(stream)) chunks.push(payload)
    const {ExitCode} = await run.inspect({abortSignal})
    return {exitCode: ExitCode ?? 0, output: Buffer.concat(chunks).toString()}
  }
  return call(`running ${command[0]} in container ${id}`, signal, attachAndWait, timeoutMs)
}
