import test from 'ava'
import {execa} from 'execa'

const program = `
import {collectGarbage} from ${JSON.stringify(new URL('../../../src/parity/image/collect-garbage.ts', import.meta.url).href)}
let kept = Array.from({length: 500_000}, (_, at) => ({at, text: 'text ' + at}))
const used = () => process.memoryUsage().heapUsed
const full = used()
kept = kept.slice(0, 1000)
collectGarbage()
console.log(JSON.stringify([full, used(), kept.length]))
`

test('what is of no use any more is cleared away at once, in a process that was not started for it', async (t) => {
  const {stdout} = await execa(process.execPath, ['--input-type=module', '--eval', program])
  const [full, left] = JSON.parse(stdout) as [number, number]
  t.true(left * 2 < full, `${left} bytes of ${full}`)
})
