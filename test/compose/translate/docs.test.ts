import {readFileSync} from 'node:fs'

import test from 'ava'

import {tableText} from './table-text.ts'

test('docs/compose.md shows the tables of keys as they are', (t) => {
  const page = readFileSync(new URL('../../../docs/compose.md', import.meta.url), 'utf8')
  const shown = page.slice(page.indexOf('### Services'), page.indexOf('\n## Mistakes')).trim()
  t.is(shown, tableText(), 'write tableText() into docs/compose.md, from "### Services" to "## Mistakes"')
})
