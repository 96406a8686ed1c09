// Writes entries as one imm process among several: home, name, how many, limits. Prints a line for each that is on the disk.
import path from 'node:path'

import {append, type Limits} from '../../src/ledger/append.ts'
import {placeOf} from '../../src/ledger/files.ts'
import {changed, id} from './kit.ts'

const [home = '', name, times, limits = ''] = process.argv.slice(2)
for (let time = 0; time < Number(times); time++) {
  await append(
    {
      place: placeOf(home, id),
      drafts: [changed(`${name} ${time}`)],
      runtime: path.join(home, 'run'),
      limits: JSON.parse(limits) as Limits,
    },
    AbortSignal.timeout(60_000),
  )
  console.log(time)
}
