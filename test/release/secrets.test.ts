import test from 'ava'

import {looksSecret, looksSecretWord} from '../../src/release/secrets.ts'

for (const [name, value] of [
  ['API_KEY', 'x'],
  ['dbPassword', ''],
  ['GITHUB_TOKEN', 'x'],
  ['DATABASE_URL', 'postgres://shop:hunter2@db/shop'],
  ['PASSWORD_FILE', 'hunter2'],
  ['PEM', '-----BEGIN RSA PRIVATE KEY-----'],
  ['ID', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4'],
] as const)
  test(`takes ${name}=${value} for a secret`, (t) => {
    t.true(looksSecret(name, value))
  })

for (const [name, value] of [
  ['LOG_LEVEL', 'debug'],
  ['PORT', '3000'],
  ['POSTGRES_PASSWORD_FILE', '/run/secrets/db_password'],
  ['REDIS_URL', 'redis://cache:6379/0'],
  ['GREETING', 'a sentence of many words is typed by people, with blanks in between 1'],
] as const)
  test(`takes ${name}=${value} for none`, (t) => {
    t.false(looksSecret(name, value))
  })

test('tells words of a command line that may hold one', (t) => {
  for (const word of ['--token=abc', '--password', '-auth', 'https://me:secret@host/'])
    t.true(looksSecretWord(word), word)
  for (const word of ['node', 'src/keys.js', '--port=3000', '--inspect']) t.false(looksSecretWord(word), word)
})
