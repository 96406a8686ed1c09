import test from 'ava'

import {localPath} from '../../../src/proxy/login/local-path.ts'

test('a path of the same host is kept, with its query', (t) => {
  t.is(localPath('/'), '/')
  t.is(localPath('/cart?item=1&next=//x#top'), '/cart?item=1&next=//x#top')
  t.is(localPath('/a/../b'), '/b')
  t.is(localPath('/ä'), '/%C3%A4')
})

test('what browsers take for another host leads to the root', (t) => {
  for (const elsewhere of [
    undefined,
    null,
    '',
    'cart',
    'https://evil.example',
    '//evil.example',
    '///evil.example',
    String.raw`/\evil.example`,
    String.raw`\\evil.example`,
    '/\t/evil.example',
    '/\n/evil.example',
    ' //evil.example',
    '/.//evil.example',
    '/./%2e//evil.example',
    '/a/..//evil.example',
    'javascript:alert(1)',
    '/x\r\nSet-Cookie: a=b',
  ])
    t.is(localPath(elsewhere), '/', String(elsewhere))
})
