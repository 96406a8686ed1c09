// npm test [-- AVA ARGUMENTS]: sets the machine up, then checks format, lint and types, and runs every test.
// Named tests run without the checks. npm run check: the checks alone, without an engine.
import path from 'node:path'

import {ensureBaseImage} from './setup/base-image.ts'
import {ensureEngine} from './setup/engine.ts'
import {serverNames} from './setup/recipes/servers/table.ts'
import {reportFailure} from './setup/report.ts'
import {ensureServerImage} from './setup/server-image.ts'
import {SetupError} from './setup/setup-error.ts'
import {runChecks} from './test/checks.ts'
import {heldOutput, type Output} from './test/held-output.ts'
import {runSuite} from './test/run-suite.ts'
import {section} from './test/section.ts'
import {alone, needServers, planSuites, type Suite} from './test/suites.ts'
import {addTotals, passedAgain, totalsLine, type Totals} from './test/totals.ts'

const root = path.resolve(import.meta.dirname, '..')

const setUp = async (args: readonly string[], signal: AbortSignal): Promise<Record<string, string>> => {
  const context = {signal, say: (line: string) => console.log(`   ${line}`)}
  const engine = await ensureEngine(context)
  // The imm under test has to find the engine that was set up, also where it is not the first that it would try.
  const env: Record<string, string> = {DOCKER_HOST: engine.url}
  for (const name of ['node', 'python', 'static'] as const) {
    try {
      env[`IMM_TEST_BASE_${name.toUpperCase()}`] = await ensureBaseImage(engine, name, context)
    } catch (error) {
      if (name === 'node' || !(error instanceof SetupError)) throw error
      context.say(`tests with ${name} are skipped: ${error.message}`)
    }
  }
  for (const name of needServers(args) ? serverNames : []) {
    try {
      env[`IMM_TEST_BASE_${name.toUpperCase()}`] = await ensureServerImage(engine, name, context)
    } catch (error) {
      if (!(error instanceof SetupError)) throw error
      context.say(`tests with ${name} are skipped: ${error.message}`)
    }
  }
  return env
}

interface Outcome {
  totals: Totals
  ok: boolean
}

const noTotals: Totals = {passed: 0, failed: 0, skipped: 0}

const outcomeOf = async (suite: Suite, env: Record<string, string>, signal: AbortSignal, output?: Output) => {
  const first = await runSuite(suite, env, signal, output)
  const repeat = suite.again === true && first.failed.length > 0
  const again = repeat && (await runSuite(alone(suite, first.failed), env, signal, output)).ok
  return {totals: again ? passedAgain(first.totals) : first.totals, ok: first.ok || again}
}

const inTurn = async (suites: readonly Suite[], env: Record<string, string>, signal: AbortSignal) => {
  const results: Outcome[] = []
  for (const suite of suites) results.push(await outcomeOf(suite, env, signal))
  return results
}

/** Tests on an engine wait for it most of the time, and the others compute. What the second suite prints comes after the first one's. */
const atOnce = async ([first, ...others]: readonly Suite[], env: Record<string, string>, signal: AbortSignal) => {
  const held = heldOutput(process.stdout)
  const later = Promise.all(others.map(async (suite) => outcomeOf(suite, env, signal, held)))
  // It is looked at below; until then its failing is nobody's.
  later.catch(() => undefined)
  const results = first === undefined ? [] : [await outcomeOf(first, env, signal)]
  held.release()
  return [...results, ...(await later)]
}

const main = async (args: readonly string[], signal: AbortSignal): Promise<number> => {
  const onlyChecks = args[0] === 'check'
  const env: Record<string, string> = onlyChecks ? {} : await section('set-up', () => setUp(args, signal))
  if (onlyChecks || args.length === 0) {
    const failed = await runChecks(signal)
    if (failed.length > 0) console.log(`\nnot in order: ${failed.join(', ')}`)
    if (failed.length > 0) return 1
  }
  if (onlyChecks) return 0
  // Some 500 files of tests and all that they start import the same sources: their types are stripped once.
  env['NODE_COMPILE_CACHE'] ??= path.join(root, 'node_modules', '.cache', 'compiled')
  const suites = planSuites(args)
  const results = args.length === 0 ? await atOnce(suites, env, signal) : await inTurn(suites, env, signal)
  const totals = results.reduce((sum, each) => addTotals(sum, each.totals), noTotals)
  const ok = results.every((each) => each.ok)
  console.log(`\n${totalsLine(totals)}`)
  return ok && totals.passed > 0 ? 0 : 1
}

const stop = new AbortController()
// ^C reaches the test runner as well, which ends by itself and cleans up; a signal to us alone has to be passed on.
process.on('SIGINT', () => (process.exitCode = 130))
process.on('SIGTERM', () => stop.abort())
try {
  const code = await main(process.argv.slice(2), stop.signal)
  process.exitCode ??= code
} catch (error) {
  process.exitCode = stop.signal.aborted ? 143 : reportFailure(error)
}
