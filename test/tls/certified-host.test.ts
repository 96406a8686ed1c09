import test from 'ava'

import {certifiedHost} from '../../src/tls/certified-host.ts'

test('names of this machine have a certificate, in lower case', (t) => {
  for (const [name, host] of [
    ['shop.localhost', 'shop.localhost'],
    ['A.Shop.LOCALHOST', 'a.shop.localhost'],
    ['feature_x--1.shop.localhost', 'feature_x--1.shop.localhost'],
    ['localhost', 'localhost'],
    ['127.0.0.1', 'localhost'],
    ['127.255.0.9', 'localhost'],
    ['::1', 'localhost'],
    [undefined, 'localhost'],
  ] as const)
    t.is(certifiedHost(name), host)
})

test('all others have none, and no name leads out of the directory of certificates', (t) => {
  const names = [
    'example.com',
    'localhost.example.com',
    'notlocalhost',
    '.localhost',
    'a..localhost',
    '../x.localhost',
    'a/b.localhost',
    String.raw`a\b.localhost`,
    '*.localhost',
    'a\u0000.localhost',
    'a.localhost.',
    '10.0.0.1',
    '',
    `${'a'.repeat(64)}.localhost`,
    `${'a.'.repeat(120)}localhost`,
  ]
  for (const name of names) t.is(certifiedHost(name), undefined, name)
})
