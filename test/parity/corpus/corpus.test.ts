import test from 'ava'

import {comparisonRules} from '../../../src/parity/compare/catalogue.ts'
import {compareSides} from '../../../src/parity/compare/compare.ts'
import type {SideFacts} from '../../../src/parity/facts.ts'
import {filePairs, libraryPairs} from './file-pairs.ts'
import {configPairs, imagePairs, osPairs} from './image-pairs.ts'
import type {Pair} from './pair.ts'
import {runPairs, webPairs} from './run-pairs.ts'
import {samePairs} from './same-pairs.ts'
import {sameSystemPairs, systemPairs} from './system-pairs.ts'

const differing: readonly Pair[] = [
  ...imagePairs,
  ...configPairs,
  ...osPairs,
  ...systemPairs,
  ...libraryPairs,
  ...filePairs,
  ...runPairs,
  ...webPairs,
]
const same: readonly Pair[] = [...samePairs, ...sameSystemPairs]

/** What a report would tell: what another difference brings is told by that. */
const told = (a: SideFacts, b: SideFacts) =>
  compareSides(a, b).findings.flatMap(({rule, cause, message}) => (cause === undefined ? [{rule, message}] : []))

const rulesOf = (findings: readonly {rule: string}[]) => findings.map(({rule}) => rule)

test('a finding is known by its rule and subject, whatever it is brought by', async (t) => {
  for (const {title, sides} of [...differing, ...same]) {
    const {findings} = compareSides(...(await sides()), {asked: () => true})
    const keys = findings.map(({rule, subject}) => `${rule} ${subject}`)
    t.deepEqual(keys, [...new Set(keys)], title)
    for (const {rule, cause} of findings)
      t.true(
        cause === undefined || keys.includes(`${cause.rule} ${cause.subject}`),
        `${title}: the cause of ${rule} is there`,
      )
  }
})

for (const {title, rule = '', sides} of differing)
  test(`${title}: ${rule}, and nothing else`, async (t) => {
    const [a, b] = await sides()
    const found = told(a, b)
    t.deepEqual(rulesOf(found), [rule], JSON.stringify(found, undefined, 1))
    t.deepEqual(rulesOf(told(b, a)), [rule], 'the other way round')
  })

for (const {title, sides, uncompared = []} of same)
  test(`${title}: the same`, async (t) => {
    const [a, b] = await sides()
    t.deepEqual(told(a, b), [])
    t.deepEqual(
      compareSides(a, b).uncompared.map(({area}) => area),
      uncompared,
    )
    t.true(compareSides(a, b).compared.length > 0)
  })

test('each rule that is on has a pair that it alone finds', (t) => {
  const found = new Set(differing.map(({rule}) => rule))
  // Needs a lock file, or packages that differ besides: see files.test.ts.
  const elsewhere = new Set(['files.digest', 'files.system', 'config.env.secret'])
  t.deepEqual(
    comparisonRules
      .filter(({id, severity}) => severity !== 'off' && !found.has(id) && !elsewhere.has(id))
      .map(({id}) => id),
    [],
  )
  t.true(differing.length >= 40 && same.length >= 10)
})
