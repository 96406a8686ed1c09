import {setTimeout as sleep} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'

import {execa} from 'execa'

export interface RateOptions {
  port: number
  host: string
  /** asked for by turns */
  paths: readonly string[]
  perSecond: number
  /** of the requests, on connections of their own: 0 to 1 */
  newShare: number
}

export interface Rate {
  requests: number
  /** path and reason of each */
  failures: readonly string[]
  p50Ms: number
  p99Ms: number
  maxMs: number
  /** how far behind its schedule the client itself was: what it was late is not the proxy's */
  lateP99Ms: number
}

export interface RunningRate extends AsyncDisposable {
  end(): Promise<Rate>
}

const client = fileURLToPath(new URL('rate-client.ts', import.meta.url))

/** A client in a process of its own, on the core if one is named. */
export const startRate = (options: RateOptions, core: number | undefined): RunningRate => {
  const cores = core === undefined ? [] : ['taskset', '-c', String(core)]
  const [command, ...args] = [...cores, process.execPath, client, JSON.stringify(options)]
  const child = execa(command, args, {stdin: 'pipe', stderr: 'inherit', reject: false})
  return {
    async end() {
      child.stdin.end()
      const {stdout, failed, shortMessage} = await child
      if (failed) throw new Error(shortMessage)
      return JSON.parse(stdout) as Rate
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await child
    },
  }
}

export const rateFor = async (
  options: RateOptions,
  core: number | undefined,
  seconds: number,
  signal: AbortSignal,
): Promise<Rate> => {
  await using rate = startRate(options, core)
  await sleep(seconds * 1000, undefined, {signal})
  return await rate.end()
}
