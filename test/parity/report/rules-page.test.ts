import {readFileSync} from 'node:fs'

import test from 'ava'

import {ruleCatalogue} from '../../../src/parity/report/catalogue.ts'
import {areas} from '../../../src/parity/report/outline.ts'
import type {Rule} from '../../../src/parity/report/rule.ts'

const page = readFileSync(new URL('../../../docs/parity-rules.md', import.meta.url), 'utf8')

const rowOf = ({id, severity, title, help}: Rule) =>
  `| \`${id}\` | ${severity} | ${[title, help].map((text) => text.replaceAll('|', String.raw`\|`)).join(' | ')} |`

/** The rows below each heading. */
const documented = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [
      section.slice(0, section.indexOf('\n')),
      section.split('\n').filter((line) => line.startsWith('| `')),
    ]),
)

for (const area of areas)
  test(`docs/parity-rules.md lists exactly the rules of ${area}: id, severity, title and help`, (t) => {
    t.deepEqual(
      documented.get(area) ?? [],
      ruleCatalogue.filter((rule) => rule.area === area).map(rowOf),
      'the rows of the page (-) and those that the catalogue makes (+)',
    )
  })

test('docs/parity-rules.md has no section that is no area', (t) => {
  t.true(documented.size > 5)
  t.deepEqual(
    [...documented.keys()].filter((heading) => !areas.some((area) => area === heading)),
    [],
  )
})
