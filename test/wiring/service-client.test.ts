import test from 'ava'

import {clientOf} from '../../src/wiring/service-client.ts'

test('a client is known by the image, with the user and database of its environment', (t) => {
  const env = {POSTGRES_USER: 'shop', POSTGRES_DB: 'orders'}
  t.deepEqual(clientOf(['postgres:17'], env, []).command, ['psql', '-U', 'shop', '-d', 'orders'])
  t.deepEqual(clientOf(['registry.example:5000/library/postgres@sha256:0'], {}, ['-l']).command, [
    'psql',
    '-U',
    'postgres',
    '-d',
    'postgres',
    '-l',
  ])
  t.deepEqual(clientOf(['redis:7'], {}, ['info']).command, ['redis-cli', 'info'])
})

test('an image of another name is known by its environment', (t) => {
  t.is(clientOf(['shop/db:1'], {PGDATA: '/data', POSTGRES_USER: 'a'}, []).command[0], 'psql')
  t.is(clientOf([], {REDIS_VERSION: '7'}, []).command[0], 'redis-cli')
  t.is(clientOf([], {MARIADB_VERSION: '11', MYSQL_USER: 'a'}, []).command.at(-1), 'mariadb')
})

test('passwords are read inside, and are on no command line', (t) => {
  for (const [image, env] of [
    ['mysql:9', {MYSQL_ROOT_PASSWORD: 'hunter2'}],
    ['mongo:8', {MONGO_INITDB_ROOT_PASSWORD: 'hunter2'}],
  ] as const)
    t.false(clientOf([image], env, []).command.join(' ').includes('hunter2'))
})

test('anything else gets a shell, or the command that is given', (t) => {
  t.deepEqual(clientOf(['nginx:1'], {}, []), {command: ['sh'], known: false})
  t.deepEqual(clientOf(['nginx:1'], {}, ['nginx', '-T']).command, ['nginx', '-T'])
})
