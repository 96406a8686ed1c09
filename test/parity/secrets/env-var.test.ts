import test from 'ava'

import {envVarOf} from '../../../src/parity/secrets/env-var.ts'

test('a variable keeps its value unless that looks like a secret', (t) => {
  t.deepEqual(envVarOf('NODE_ENV', 'production'), {name: 'NODE_ENV', value: 'production'})
  t.false(JSON.stringify(envVarOf('DB_PASSWORD', 'hunter2')).includes('hunter2'))
})

test('what is known to be a secret keeps no value, whatever it looks like', (t) => {
  t.deepEqual(Object.keys(envVarOf('PLAIN', 'word', true)), ['name', 'secret'])
  t.deepEqual(envVarOf('PLAIN', '', true), {name: 'PLAIN', value: ''})
})

test('the digest of a secret is the same each time, and tells values apart, but not that two names have the same', (t) => {
  const [one, again] = [envVarOf('DB_PASSWORD', 'hunter2'), envVarOf('DB_PASSWORD', 'hunter2')]
  t.deepEqual(one, again)
  const digests = [one, envVarOf('DB_PASSWORD', 'hunter3'), envVarOf('API_TOKEN', 'hunter2')].map((each) =>
    'secret' in each ? each.secret : '',
  )
  for (const digest of digests) t.regex(digest, /^[0-9a-f]{24}$/)
  t.is(new Set(digests).size, 3)
})
