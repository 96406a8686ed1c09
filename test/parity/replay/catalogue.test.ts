import {readFile} from 'node:fs/promises'

import test from 'ava'

import {behaviourRules} from '../../../src/parity/replay/catalogue.ts'

test('docs/replay.md lists exactly the rules, with their severities', async (t) => {
  const page = await readFile(new URL('../../../docs/replay.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `(behaviour\.[\w.]+)` \| (\w+) \|/gm)].map(
    ([, id, severity]) => `${id} ${severity}`,
  )
  t.deepEqual(rows.toSorted(), behaviourRules.map(({id, severity}) => `${id} ${severity}`).toSorted())
})

test('each rule has an id of its own, and says what to do', (t) => {
  t.is(new Set(behaviourRules.map(({id}) => id)).size, behaviourRules.length)
  t.true(behaviourRules.every(({id, area, help}) => id.startsWith('behaviour.') && area === 'behaviour' && help !== ''))
})
