// npm run demo [-- --keep]: sets the machine up, then shows imm dev at work: six saves and a rollback under constant traffic.
import {parseArgs} from 'node:util'

import {SetupError} from '../setup/setup-error.ts'
import {demo} from './demo.ts'
import {DevProblem} from './dev-process.ts'

const {values} = parseArgs({options: {keep: {type: 'boolean', default: false}}})

const stop = new AbortController()
const interrupt = () => {
  if (stop.signal.aborted) return
  console.log('\nStopping, and removing what the demo made.')
  stop.abort()
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)

try {
  process.exitCode = (await demo({keep: values.keep, signal: stop.signal})) ? 0 : 1
} catch (error) {
  if (!stop.signal.aborted) {
    process.exitCode = 1
    if (error instanceof SetupError || error instanceof DevProblem) console.error(`\nimm: ${error.message}`)
    else console.error(error)
  } else process.exitCode = 130
}
