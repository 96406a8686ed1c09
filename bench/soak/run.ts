// npm run soak [-- --minutes=30] [--json]: mixed traffic through the proxy while releases flip and applications and the proxy itself are killed. Exit code 1: something
// failed that a client should not have seen fail, memory grew, or a handle is left.
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {parseArgs} from 'node:util'

import {soak} from './soak.ts'
import {summarise, summaryText} from './summary.ts'

const {values} = parseArgs({
  options: {minutes: {type: 'string', default: '30'}, json: {type: 'boolean', default: false}},
})
const minutes = Number(values.minutes)
if (!(minutes > 0)) throw new Error(`--minutes=${values.minutes} is no time`)
const stop = new AbortController()
// Not `once`: the children's own handlers would find nobody else who minds the signal, and end the process.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort())
const home = await mkdtemp(path.join(tmpdir(), 'imm-soak-'))
try {
  const summary = summarise(await soak({minutes, home, signal: stop.signal, say: (line) => console.error(line)}))
  console.log(values.json ? JSON.stringify(summary, undefined, 2) : summaryText(summary))
  process.exitCode = summary.ok ? 0 : 1
} catch (error) {
  if (!stop.signal.aborted) throw error
  process.exitCode = 130
} finally {
  await rm(home, {recursive: true, force: true})
}
