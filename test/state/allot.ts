// Allots numbers as one imm process among several: home, kind, how many times.
import {allotNumbers} from '../../src/state/numbers.ts'

const [home = '', kind, times] = process.argv.slice(2)
for (let time = 0; time < Number(times); time++) {
  const numbers = await allotNumbers({
    home,
    id: {project: 'shop', environment: 'main', app: 'web'},
    atLeast: {release: 0, generation: 0},
    kind: kind as 'release' | 'generation',
    signal: AbortSignal.timeout(60_000),
  })
  console.log(JSON.stringify(numbers))
}
