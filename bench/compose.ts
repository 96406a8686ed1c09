import {killAllOf} from '../test/support/backing-services.ts'
import {rowsOf} from '../test/support/call.ts'
import {composeProject} from '../test/support/compose-project.ts'
import {startDev} from '../test/support/dev.ts'
import {imm, jsonLines} from '../test/support/imm.ts'
import {steadyCalls} from '../test/support/steady-calls.ts'
import {median, ms} from './statistics.ts'
import {table} from './table.ts'

const stands = 5

/** `npm run bench compose`: so many releases of the shop while orders come in, then kill -9 of everything; and the orders that are there. */
export const benchCompose = async (count: number, say: (line: string) => void): Promise<string> => {
  await using project = await composeProject('compose-shop')
  const rows: string[][] = []
  await using first = startDev(project)
  await first.goesLive('web')
  const web = first.address('web')
  await using orders = steadyCalls({...web, method: 'POST', path: '/orders'})
  let times: number[] = []
  const stand = async (what: string, at: {origin: string; host: string}, time: string): Promise<void> => {
    const there = await rowsOf({...at, path: '/orders'})
    rows.push([what, time, String(orders.answers.length), String(there), String(orders.failures().length)])
    say(`  ${rows.at(-1)?.join(', ')}`)
  }
  const perStand = Math.max(1, Math.ceil(count / stands))
  for (let release = 1; release <= count; release++) {
    await project.write('src/version.txt', `release ${release}\n`)
    const {timings} = await first.goesLive('web')
    times.push(timings.total)
    if (release % perStand !== 0 && release !== count) continue
    await stand(`${release} releases`, web, ms(median(times)))
    times = []
  }
  await orders.stop()
  await stand('traffic ended', web, '')

  const [proxy] = jsonLines((await imm(project, 'proxy', 'status', '--json')).stdout)
  first.kill('SIGKILL')
  process.kill(Number(proxy?.['pid']), 'SIGKILL')
  await killAllOf(project.name)
  await first.ended
  await using second = startDev(project)
  const startedMs = performance.now()
  await second.goesLive('web')
  await stand('after kill -9 of all', second.address('web'), ms(performance.now() - startedMs))
  return table(['of the shop, with an order every 10 ms', 'median', 'orders taken', 'orders there', 'failed'], rows)
}
