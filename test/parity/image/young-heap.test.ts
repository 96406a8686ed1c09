import test from 'ava'
import {execa} from 'execa'

const program = (before: string) => `
import {getHeapSpaceStatistics} from 'node:v8'
import {keepYoungHeapSmall} from ${JSON.stringify(new URL('../../../src/parity/image/young-heap.ts', import.meta.url).href)}
${before}
const kept = []
for (let at = 0; at < 2_000_000; at++) {
  const made = {at, text: 'text ' + at, parts: [at]}
  if (at % 8 === 0) kept.push(made)
}
console.log(getHeapSpaceStatistics().find(({space_name: name}) => name === 'new_space').space_size / 1024 / 1024)
`

const youngMb = async (before: string): Promise<number> => {
  const {stdout} = await execa(process.execPath, ['--input-type=module', '--eval', program(before)])
  return Number(stdout)
}

test('the part of the heap for what is short-lived stays small where it would grow', async (t) => {
  const [small, usual] = [await youngMb('keepYoungHeapSmall()'), await youngMb('')]
  t.true(small > 0 && small * 4 <= usual, `${small} MB, and ${usual} MB without`)
})
