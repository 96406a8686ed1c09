import {startDev} from '../test/support/dev.ts'
import {pageLoads} from '../test/support/page-loads.ts'
import {pairProject} from '../test/support/pair-project.ts'
import {median, ms} from './statistics.ts'
import {table} from './table.ts'

const warmUp = 20

/** `npm run bench together`: so many saves that touch a front end and its API, with so many page loads around each flip of the two. */
export const benchTogether = async (
  flips: number,
  loadsPerFlip: number,
  say: (line: string) => void,
): Promise<string> => {
  await using project = await pairProject()
  await using dev = startDev(project)
  await Promise.all([dev.goesLive('web'), dev.goesLive('api')])
  await using visitors = pageLoads(dev.address('web'), dev.address('api'), 16)
  await visitors.loaded(warmUp)
  const times: number[] = []
  const figures = () => {
    const {loads, failures} = visitors
    const mixed = loads.filter(({versions}) => new Set(versions).size > 1).length
    return [loads.length, loads.filter(({isAcross}) => isAcross).length, mixed, failures.length].map(String)
  }
  for (let flip = 1; flip <= flips; flip++) {
    const half = Math.ceil(loadsPerFlip / 2)
    await visitors.loaded(half)
    await project.save({web: flip + 1, api: flip + 1})
    const lives = await Promise.all([dev.goesLive('web'), dev.goesLive('api')])
    times.push(...lives.map(({timings}) => timings.total))
    await visitors.loaded(half)
    say(`  ${flip} flips, median ${ms(median(times))}: ${figures().join(', ')}`)
  }
  await visitors.stop()
  const head = [
    'flips of two apps',
    'save to served',
    'page loads',
    'across a flip',
    'of two versions',
    'requests failed',
  ]
  return table(head, [[String(flips), ms(median(times)), ...figures()]])
}
