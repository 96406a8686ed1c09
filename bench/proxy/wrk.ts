import {writeFile} from 'node:fs/promises'
import path from 'node:path'

import {execa} from 'execa'

import {host, otherCore, temporaryDirectory} from './place.ts'

export interface Load {
  requestsPerSecond: number
  p50Ms: number
  p99Ms: number
  /** connections that failed, timeouts, answers that are no 2xx or 3xx */
  failed: number
  requests: number
}

export interface LoadOptions {
  port: number
  path: string
  connections: number
  seconds: number
}

/** wrk in figures; its own report rounds. Latencies are in microseconds. */
const script = `
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('\\nIMM %d %d %d %d %d\\n', summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.timeout + e.status))
end
`

/** As fast as it goes, over so many kept connections. */
export const runWrk = async (
  wrk: string,
  {port, path: file, connections, seconds}: LoadOptions,
  cancelSignal: AbortSignal,
): Promise<Load> => {
  await using place = await temporaryDirectory()
  const scriptFile = path.join(place.directory, 'figures.lua')
  await writeFile(scriptFile, script)
  const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', scriptFile]
  const url = `http://127.0.0.1:${port}${file}`
  const {stdout} = await execa('taskset', ['-c', String(otherCore), wrk, ...options, '-H', `Host: ${host}`, url], {
    cancelSignal,
  })
  const figures = /^IMM (.*)$/m.exec(stdout)?.[1]?.split(' ').map(Number)
  if (figures === undefined) throw new Error(`wrk said no figures: ${stdout}`)
  const [requests = 0, durationUs = 1, p50Us = 0, p99Us = 0, failed = 0] = figures
  return {
    requestsPerSecond: requests / (durationUs / 1e6),
    p50Ms: p50Us / 1000,
    p99Ms: p99Us / 1000,
    failed,
    requests,
  }
}
