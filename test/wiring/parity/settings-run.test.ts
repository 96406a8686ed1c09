import test from 'ava'

import {defaultSettings} from '../../../src/config/default-settings.ts'
import type {Settings} from '../../../src/config/settings.ts'
import {secretDigest} from '../../../src/parity/secrets/secret-digest.ts'
import {settingsRun} from '../../../src/wiring/parity/settings-run.ts'

const settings: Settings = defaultSettings({
  project: 'shop',
  app: 'app',
  build: {context: '/', dockerfile: 'Dockerfile', target: undefined, args: {}},
})

test("an app without settings has imm's own defaults", (t) => {
  t.deepEqual(settingsRun('imm.yaml', {settings}), {
    source: 'imm.yaml',
    config: {},
    env: [],
    capAdd: [],
    capDrop: [],
    privileged: false,
    noNewPrivileges: true,
    init: true,
    byImm: ['init', 'no-new-privileges', 'restart'],
    tmpfs: [],
    mounts: [],
    networks: ['default'],
    publishes: [],
  })
})

test('what is set is told, and what nobody kept is told as that', (t) => {
  const run = settingsRun('imm.yaml', {
    settings: {
      ...settings,
      env: {PORT: '1', API_TOKEN: 'abc'},
      command: ['serve'],
      user: '5',
      immutable: 'strict',
      replicas: 2,
      tmpfs: ['/tmp'],
      volumes: [{name: 'data', path: '/data', readOnly: false}],
      files: [{kind: 'secret', name: 'key', source: {kind: 'file', path: '/k'}, path: '/run/secrets/key', mode: 0o400}],
      resources: {memoryBytes: 1, cpus: 2},
      container: {
        attachment: {
          networks: [{name: 'imm_shop_main.backend', aliases: []}],
          hostname: 'web',
          extraHosts: [{name: 'db', address: '10.0.0.9'}],
          dns: [],
          dnsSearch: [],
          dnsOptions: [],
        },
        binds: [{source: '/a', path: '/src', readOnly: true}],
        options: {
          shmBytes: 1024,
          sysctls: {'net.core.somaxconn': '1'},
          tmpfsOptions: {'/tmp': 'size=1m'},
          capAdd: ['SYS_TIME'],
          init: false,
          securityOpt: ['no-new-privileges:false'],
          entrypoint: [''],
        },
      },
    },
    published: [{containerPort: 80, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: undefined}],
    withheld: ['DB_PASSWORD'],
  })
  t.deepEqual(run, {
    source: 'imm.yaml',
    byImm: ['restart'],
    config: {user: '5', command: ['serve'], entrypoint: []},
    env: [
      {name: 'API_TOKEN', secret: secretDigest('API_TOKEN', 'abc')},
      {name: 'DB_PASSWORD', from: 'a value that imm did not keep'},
      {name: 'PORT', value: '1'},
    ],
    memoryBytes: 1,
    cpus: 2,
    capAdd: ['SYS_TIME'],
    capDrop: [],
    privileged: false,
    readOnlyRoot: true,
    replicas: 2,
    tmpfs: ['/tmp:size=1m'],
    others: {shm_size: '1024', 'sysctls.net.core.somaxconn': '1', hostname: 'web', extra_hosts: 'db=10.0.0.9'},
    mounts: [
      {path: '/data', kind: 'volume', readOnly: false},
      {path: '/run/secrets/key', kind: 'secret', readOnly: true},
      {path: '/src', kind: 'bind', readOnly: true},
    ],
    networks: ['backend'],
    publishes: ['80/tcp'],
  })
})
