import test from 'ava'

import {isBelow, withDomain} from '../../src/proxy/domain.ts'

const domain = 'previews.example.org'
const at = (host: string, path = '/') => ({host, path, strip: false})

test('each local host has a name of one label below the domain, in front of it', (t) => {
  t.deepEqual(withDomain([at('shop.localhost'), at('web.login.shop.localhost', '/api')], domain), [
    at(`shop.${domain}`),
    at(`web--login--shop.${domain}`, '/api'),
    at('shop.localhost'),
    at('web.login.shop.localhost', '/api'),
  ])
})

test('other hosts have none, nor does any without a domain', (t) => {
  t.deepEqual(withDomain([at('shop.test')], domain), [at('shop.test')])
  t.deepEqual(withDomain([at('shop.localhost')], undefined), [at('shop.localhost')])
})

test('a name that is too long for a label is cut, and told apart from others', (t) => {
  const [one] = withDomain([at(`${'a'.repeat(60)}.shop.localhost`)], domain)
  const [two] = withDomain([at(`${'a'.repeat(61)}.shop.localhost`)], domain)
  t.not(one?.host, two?.host)
  for (const place of [one, two]) t.is(place?.host.split('.')[0]?.length, 63)
})

test('a name is below the domain only by whole labels', (t) => {
  t.true(isBelow(domain, domain))
  t.true(isBelow(`x.${domain}`, domain))
  t.false(isBelow(`x${domain}`, domain))
  t.false(isBelow('shop.localhost', undefined))
})
