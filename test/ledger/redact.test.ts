import test from 'ava'
import * as fc from 'fast-check'

import {createRedactor} from '../../src/ledger/redact.ts'

const redactorOf = (variables: Record<string, string>) => {
  const redactor = createRedactor()
  redactor.learn(variables)
  return {redact: <T>(value: T): T => redactor.redact(value)}
}

for (const name of [
  'API_TOKEN',
  'clientSecret',
  'DB_PASSWORD',
  'MYSQL_PASSWD',
  'STRIPE_KEY',
  'AWS_CREDENTIALS',
  'AUTHORIZATION',
  'COOKIE',
  'SENTRY_DSN',
]) {
  test(`the value of ${name} is taken out of every text, at any depth`, (t) => {
    const value = {
      message: 'with s3cr3t-value!',
      output: ['a', 'b s3cr3t-value! s3cr3t-value!'],
      more: {deep: 's3cr3t-value'},
    }
    t.deepEqual(redactorOf({[name]: 's3cr3t-value'}).redact(value), {
      message: `with [redacted ${name}]!`,
      output: ['a', `b [redacted ${name}]! [redacted ${name}]!`],
      more: {deep: `[redacted ${name}]`},
    })
  })
}

test('an address with a user loses it, whatever the name of its variable', (t) => {
  const {redact} = redactorOf({DATABASE_URL: 'postgres://shop:hunter%402000@db:5432/shop'})
  t.is(redact('no postgres://shop:hunter%402000@db:5432/shop'), 'no postgres://[redacted]@db:5432/shop')
  t.is(redact('no postgres://other:pw@db/x'), 'no postgres://[redacted]@db/x')
  t.is(redact('password hunter@2000 refused'), 'password [redacted DATABASE_URL] refused')
  t.is(redact('see http://shop.localhost:7070/a@b'), 'see http://shop.localhost:7070/a@b')
})

test('values that are no secrets, and those too short to be one, stay', (t) => {
  const {redact} = redactorOf({LOG_LEVEL: 'debugging', TOKEN: 'short'})
  t.is(redact('debugging short'), 'debugging short')
})

test('each line of a secret is one', (t) => {
  const {redact} = redactorOf({TLS_KEY: '-----BEGIN\nMIIEvQIBADANBg\n-----END'})
  t.is(redact('key MIIEvQIBADANBg'), 'key [redacted TLS_KEY]')
})

test("imm's own words stay, also where a secret is one of them", (t) => {
  const entry = {type: 'rejected', stage: 'snapshot', release: 'r12-3fa9c1e', message: 'rejected'}
  t.deepEqual(redactorOf({TOKEN: 'rejected', KEY: 'snapshot', PASSWORD: 'r12-3fa9c1e'}).redact(entry), {
    ...entry,
    message: '[redacted TOKEN]',
  })
})

test('no secret is left whatever is told around it', (t) => {
  const secret = fc.string({unit: 'grapheme-ascii', minLength: 8, maxLength: 20}).filter((text) => text.trim() === text)
  fc.assert(
    fc.property(secret, fc.array(fc.string()), (text, around) => {
      const redacted = redactorOf({TOKEN: text}).redact(around.map((each) => `${each}${text}${each}`))
      return redacted.every((each) => !each.replaceAll('[redacted TOKEN]', '').includes(text))
    }),
  )
  t.pass()
})

test('what is long is cut', (t) => {
  const {redact} = redactorOf({})
  t.is(redact('x'.repeat(5000)).length, 2001)
  t.is(redact(Array.from({length: 500}, () => 'x')).length, 100)
})

test('a text that is known to be a secret is taken out, whatever it is called, and each of its lines', (t) => {
  const redactor = createRedactor()
  redactor.hide('db', 'first line of it\nsecond line of it\n')
  t.is(redactor.redact('it read: second line of it.'), 'it read: [redacted db].')
})

test('a value that looks like a secret is one under any name', (t) => {
  const redactor = createRedactor()
  const value = 'a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6a7b8'
  redactor.learn({PLAIN: value})
  t.is(redactor.redact(`got ${value}`), 'got [redacted PLAIN]')
})
