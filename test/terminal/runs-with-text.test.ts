import test from 'ava'

import {plainSettings} from '../../src/ledger/plain-settings.ts'
import {runsWithText} from '../../src/terminal/runs-with-text.ts'
import {testSettings} from '../support/lifecycle-settings.ts'

const key = Buffer.alloc(32)

test('what a container is run with is told as far as it is set, of environment and secrets their names alone', (t) => {
  const settings = testSettings({
    port: 3000,
    replicas: 2,
    command: ['node', 'server.js'],
    user: '1000:1000',
    env: {API_URL: 'http://api', TOKEN: 'tok-0123456789'},
    resources: {memoryBytes: 512_000_000, cpus: 0.5},
    volumes: [
      {name: 'data', path: '/data', readOnly: false},
      {name: 'seed', path: '/seed', readOnly: true},
    ],
    tmpfs: ['/tmp', '/run'],
    files: [
      {
        kind: 'secret',
        name: 'db_password',
        source: {kind: 'content', content: 'swordfish'},
        path: '/run/secrets/db_password',
        mode: 0o444,
        digest: 'abc',
      },
    ],
    immutable: 'strict',
    container: {
      attachment: {
        networks: [
          {name: 'imm_shop_main.default', aliases: []},
          {name: 'back', aliases: []},
        ],
        extraHosts: [],
        dns: [],
        dnsSearch: [],
        dnsOptions: [],
      },
      binds: [{source: '/etc/hosts', path: '/hosts', readOnly: true}],
      options: {capAdd: ['NET_ADMIN'], capDrop: ['ALL'], pidsLimit: 100, shmBytes: 64_000_000, stopSignal: 'SIGUSR1'},
    },
  })
  const text = runsWithText(plainSettings(settings, key)).join('\n')
  t.is(
    text,
    `Runs with:
  command       node server.js
  user          1000:1000
  port          3000
  replicas      2
  resources     512 MB of memory, 0.5 CPUs, 100 processes, 64 MB of shared memory
  capabilities  +NET_ADMIN -ALL
  networks      imm_shop_main.default, back
  environment   API_URL, TOKEN
  volumes       data on /data, seed on /seed (read-only)
  mounts        /etc/hosts on /hosts (read-only)
  tmpfs         /tmp /run
  files         /run/secrets/db_password (secret db_password)
  stopSignal    SIGUSR1
  immutable     strict`,
  )
  t.notRegex(text, /swordfish|tok-|abc/)
})

test('what is as usual is not told, and of a worker that it listens on nothing', (t) => {
  const {container, ...rest} = testSettings({port: 0, env: {}, command: undefined})
  t.deepEqual(runsWithText(plainSettings({...rest, container: {...container, binds: []}}, key)), [
    'Runs with:',
    '  port  none',
  ])
  t.deepEqual(runsWithText({}), [])
})
