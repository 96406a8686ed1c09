import {writeFileSync} from 'node:fs'

/**
 * AVA's `observeRun`: leaves the run's totals in the file named by IMM_TEST_TOTALS, for a caller that adds up several runs.
 * @param {{events: AsyncIterable<{type: string, stats?: object}>}} run
 */
export const reportTotals = async ({events}) => {
  const file = process.env.IMM_TEST_TOTALS
  if (!file) return
  let stats = {}
  for await (const event of events) if (event.type === 'stats') stats = event.stats
  writeFileSync(file, JSON.stringify(stats))
}
