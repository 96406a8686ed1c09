import {readFileSync} from 'node:fs'

import test from 'ava'

import {lintRules} from '../../../src/parity/lint/catalogue.ts'
import {vulnerabilityRules} from '../../../src/parity/scanners/catalogue.ts'

test('docs/lint.md lists exactly the rules of lint and of scanners, with their severities', (t) => {
  const page = readFileSync(new URL('../../../docs/lint.md', import.meta.url), 'utf8')
  const documented = [...page.matchAll(/^\| `((?:lint|vulnerability)\.[a-z.-]+)` \| (\w+) \| .+ \|$/gm)]
  t.deepEqual(
    documented.map(([, id, severity]) => `${id} ${severity}`),
    [...lintRules, ...vulnerabilityRules].map(({id, severity}) => `${id} ${severity}`),
  )
})
