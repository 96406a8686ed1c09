import test from 'ava'

import type {WebSide} from '../../../../src/parity/facts.ts'
import {between} from '../found.ts'

const answer = (headers: WebSide['headers']): WebSide => ({url: 'https://x', status: 200, headers, protocol: 'h2'})

const headers = (a: WebSide['headers'], b: WebSide['headers']) =>
  between({web: answer(a)}, {web: answer(b)}).map(({rule, severity, message}) => [rule, severity, message])

test('headers that protect the user are errors, those that name a server notes, others warnings', (t) => {
  t.deepEqual(headers({'x-frame-options': 'DENY'}, {}), [
    ['web.header.security', 'error', 'B has no header x-frame-options, A has'],
  ])
  t.deepEqual(headers({via: '1.1 a'}, {via: '1.1 b'}), [
    ['web.header.proxy', 'note', 'the header via is 1.1 a in A and 1.1 b in B'],
  ])
  t.deepEqual(headers({vary: 'a'}, {vary: 'b'}), [
    ['web.header.value', 'warning', 'the header vary is a in A and b in B'],
  ])
})

test('what belongs to one answer is passed over', (t) => {
  t.deepEqual(headers({date: 'a', etag: 'a', age: '1', 'x-request-id': 'a'}, {date: 'b', 'last-modified': 'b'}), [])
})
