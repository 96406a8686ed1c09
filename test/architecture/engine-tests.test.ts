import {globSync, readFileSync} from 'node:fs'

import test from 'ava'

const files = globSync('test/{contract,e2e}/**/*.ts')

test('the tests of a file on an engine run one after the other', (t) => {
  t.true(files.length > 30, 'the files are found')
  const others = files.filter((file) =>
    // AVA's own `test` would run them all at once; types alone do nothing.
    /^import (?!type )[^\n]*from 'ava'/m.test(readFileSync(file, 'utf8')),
  )
  t.deepEqual(others, [], "files that don't take `test` from test/support/one-by-one.ts")
})
