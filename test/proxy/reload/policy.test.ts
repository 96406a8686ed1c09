import test from 'ava'

import {scriptUnder} from '../../../src/proxy/reload/policy.ts'

const host = 'shop.localhost:7070'

const runs: (string | undefined)[] = [
  undefined,
  '',
  "default-src 'self'",
  "script-src 'SELF' https://cdn.example; connect-src *",
  "script-src-elem 'self'; script-src 'none'; connect-src 'self'",
  `default-src http://${host}`,
  "frame-ancestors 'none'; style-src 'none'",
  "default-src 'self', script-src 'self' 'nonce-abc'",
  "sandbox allow-scripts allow-same-origin; default-src 'self'",
]
for (const policy of runs)
  test(`a script of its own runs under ${policy ?? 'no policy'}`, (t) => {
    t.deepEqual(scriptUnder(policy, host), {nonce: undefined})
  })

const needNonce: string[] = [
  "default-src 'none'; script-src 'nonce-AbC+/_-09=='; connect-src 'self'",
  "script-src 'strict-dynamic' 'self' 'nonce-AbC+/_-09=='",
  "script-src 'nonce-AbC+/_-09==', default-src 'self'",
]
for (const policy of needNonce)
  test(`it needs the nonce under ${policy}`, (t) => {
    t.deepEqual(scriptUnder(policy, host), {nonce: 'AbC+/_-09=='})
  })

const refused: string[] = [
  "default-src 'none'",
  "script-src 'self'; connect-src 'none'",
  "script-src 'self'; connect-src https://api.example",
  "script-src 'none'",
  'script-src https://cdn.example',
  "script-src 'sha256-x'",
  "script-src 'strict-dynamic' 'self' 'sha256-x'",
  "script-src 'nonce-a', script-src 'nonce-b'",
  "script-src 'nonce-a\"><x'",
  "default-src 'self', default-src 'none'",
  'sandbox',
  'sandbox allow-scripts',
]
for (const policy of refused)
  test(`it does not run under ${policy}`, (t) => {
    t.is(scriptUnder(policy, host), undefined)
  })
