import {writeFileSync} from 'node:fs'
import path from 'node:path'

import {standingStill} from './standing-still.ts'

// Longer than the longest test takes on a quiet machine, and less than AVA waits for.
const silentMs = 150_000
// While a test may take longer than the others (`t.timeout`), AVA forgets to watch, for good. It is interrupted then.
const stuckMs = 400_000

/**
 * AVA's `observeRun`: says what a file is at that stands still, and leaves the run's totals in the file named by IMM_TEST_TOTALS, for a
 * caller that adds up several runs.
 * @param {{events: AsyncIterable<{type: string, stats?: object, testFile?: string}>}} run
 */
export const reportRun = async ({events}) => {
  const files = standingStill()
  const say = (/** @type {number} */ forMs) => {
    for (const line of files.lines(Date.now(), forMs)) console.error(`  … ${line}`)
  }
  let broken = false
  const look = () => {
    say(silentMs)
    if (broken || !files.stands(Date.now(), stuckMs)) return
    broken = true
    process.kill(process.pid, 'SIGINT')
  }
  const timer = setInterval(look, 5000).unref()
  let stats = {}
  for await (const event of events) {
    if (event.type === 'stats') stats = event.stats
    // AVA ends everything now, also what has moved until now.
    if (event.type === 'timeout' || event.type === 'interrupt') say(0)
    files.take({...event, testFile: event.testFile && path.relative(process.cwd(), event.testFile)}, Date.now())
  }
  clearInterval(timer)
  const file = process.env.IMM_TEST_TOTALS
  if (file)
    writeFileSync(
      file,
      JSON.stringify({...stats, timeouts: broken ? 1 : stats.timeouts, byFile: undefined, files: byPath(stats)}),
    )
}

const byPath = (/** @type {{byFile?: Map<string, object>}} */ {byFile}) =>
  Object.fromEntries([...(byFile ?? [])].map(([file, each]) => [path.relative(process.cwd(), file), each]))
