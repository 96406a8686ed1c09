import test from 'ava'

import {imageDifferences} from '../../src/drift/image.ts'
import {settingDifferences, type ImageConfig} from '../../src/drift/settings.ts'
import type {Instance, InstanceDetails} from '../../src/lifecycle/ports.ts'
import type {StartedWith} from '../../src/release/started.ts'

const seal = (value: unknown): string => `sealed ${JSON.stringify(value)}`

const image: ImageConfig = {
  env: {PATH: '/bin', NODE_VERSION: '24'},
  command: ['node', 'server.js'],
  entrypoint: [],
  user: 'node',
  volumes: ['/cache'],
}

const started: StartedWith = {
  user: undefined,
  memoryBytes: 256 * 2 ** 20,
  cpus: undefined,
  readOnly: false,
  volumes: [{name: 'imm_data', path: '/data', readOnly: false}],
  tmpfs: ['/tmp'],
  variables: ['LOG', 'TOKEN'],
  values: seal(['debug', 'secret']),
  command: undefined,
}

const now: InstanceDetails = {
  instance: {id: 'c'} as Instance,
  env: {PATH: '/bin', NODE_VERSION: '24', LOG: 'debug', TOKEN: 'secret', HOSTNAME: 'c'},
  command: ['node', 'server.js'],
  entrypoint: [],
  user: 'node',
  memoryBytes: 256 * 2 ** 20,
  cpus: undefined,
  readOnly: false,
  restarts: false,
  mounts: [
    {kind: 'tmpfs', source: '', path: '/tmp', readOnly: false},
    {kind: 'volume', source: 'imm_data', path: '/data', readOnly: false},
    {kind: 'volume', source: '0c1f', path: '/cache', readOnly: false},
  ],
  published: [],
  networks: ['default'],
}

const compare = (changes: Partial<InstanceDetails>, startedWith: Partial<StartedWith> = {}): string[] =>
  settingDifferences({...now, ...changes}, {...started, ...startedWith}, image, seal).map(
    ({key, expected, actual}) => `${key}: ${expected} | ${actual}`,
  )

test('a container that runs as it was started has no difference, volumes of the image and variables of the engine included', (t) => {
  t.deepEqual(compare({}), [])
  t.deepEqual(compare({command: ['sh']}, {command: seal(['sh'])}), [])
  t.deepEqual(compare({user: '1000'}, {user: '1000'}), [])
})

test('what is altered from outside is told with what it was', (t) => {
  t.deepEqual(compare({memoryBytes: 300 * 2 ** 20}), ['memory: 256 MiB | 300 MiB'])
  t.deepEqual(compare({memoryBytes: undefined}), ['memory: 256 MiB | no limit'])
  t.deepEqual(compare({cpus: 1.5}), ['cpus: no limit | 1.5'])
  t.deepEqual(compare({user: ''}), ['user: node | root'])
  t.deepEqual(compare({readOnly: true}), ['root: writable | read-only'])
  t.deepEqual(compare({restarts: true}), ['restart: by imm alone | by the engine'])
  t.deepEqual(compare({networks: ['other', 'default']}), ['networks: default | default, other'])
  t.deepEqual(compare({networks: []}), ['networks: default | none'])
})

test('mounts are told that were not declared, and those that are missing', (t) => {
  const [tmpfs, ...volumes] = now.mounts
  const bind = {kind: 'bind', source: '/home/me', path: '/app', readOnly: false} as const
  t.deepEqual(compare({mounts: [...now.mounts, bind]}), [
    'mounts: tmpfs at /tmp, volume 0c1f at /cache, volume imm_data at /data | bind /home/me at /app, tmpfs at /tmp, volume 0c1f at /cache, volume imm_data at /data',
  ])
  t.deepEqual(
    compare({mounts: [...now.mounts, bind]}, {binds: [{source: '/home/me', path: '/app', readOnly: false}]}),
    [],
  )
  t.is(
    compare({mounts: [...now.mounts, bind]}, {binds: [{source: '/home/me', path: '/app', readOnly: true}]}).length,
    1,
  )
  t.is(compare({mounts: volumes}).length, 1)
  t.is(compare({mounts: [...volumes, {...tmpfs, path: '/var/tmp'} as never]}).length, 1)
})

test('another command is told without its words', (t) => {
  t.deepEqual(compare({command: ['sh', '--password=x']}), ["command: the image's | another"])
  t.deepEqual(compare({command: ['sh']}, {command: seal(['bash'])}), ["command: the settings' | another"])
  t.deepEqual(compare({entrypoint: ['tini']}), ["command: the image's | another"])
})

const told = (env: Record<string, string>) => compare({env}).map((text) => text.replace(/.*\| /, ''))

test('variables are told by name, and never by value', (t) => {
  t.deepEqual(told({...now.env, DEBUG: 'hush'}), ['with DEBUG'])
  t.deepEqual(told({...now.env, NODE_VERSION: '20'}), ['another value of NODE_VERSION'])
  t.deepEqual(told({...now.env, TOKEN: 'hush'}), ['another value of one of LOG, TOKEN'])
  const {LOG: _log, ...rest} = now.env
  t.deepEqual(told(rest), ['without LOG'])
})

test('the image of a release is the one that its name and labels say', (t) => {
  const instance = {image: `sha256:${'1'.repeat(64)}`, labels: {'imm.snapshot': `sha256:${'a'.repeat(64)}`}}
  const own = {labels: instance.labels}
  const reference = 'imm/shop/web:main-r1-aaaaaaa'
  const found = (facts: Partial<Parameters<typeof imageDifferences>[0]>) =>
    imageDifferences({instance, image: own, reference, named: {id: instance.image}, ...facts}).map(
      ({expected, actual}) => `${expected} | ${actual}`,
    )
  t.deepEqual(found({}), [])
  t.deepEqual(found({named: {id: `sha256:${'2'.repeat(64)}`}}), [
    `${reference} names ${'1'.repeat(12)} | it names ${'2'.repeat(12)}`,
  ])
  t.deepEqual(found({named: undefined}), [`${reference} names it | the name is gone`])
  t.deepEqual(found({image: {labels: {'imm.snapshot': `sha256:${'b'.repeat(64)}`}}}), [
    `made of snapshot ${'a'.repeat(12)} | of ${'b'.repeat(12)}`,
  ])
  t.deepEqual(found({image: undefined}), [`${'1'.repeat(12)} | the engine has it no more`])
})

test('networks, binds, an entrypoint and a restart that imm was asked for are no difference, and others are', (t) => {
  const bind = {source: '/srv/shop', path: '/srv', readOnly: true}
  const asked = {
    networks: ['imm_shop_main.default', 'imm_shop_main.back'],
    binds: [{...bind, source: '/srv/shop/'}],
    entrypoint: seal(['tini', '--']),
    restarts: true,
  }
  const mounts = [...now.mounts, {kind: 'bind' as const, ...bind}]
  const as = {
    networks: ['imm_shop_main.back', 'imm_shop_main.default'],
    mounts,
    entrypoint: ['tini', '--'],
    command: [],
    restarts: true,
  }
  t.deepEqual(compare(as, asked), [])
  t.deepEqual(compare({...as, networks: [...as.networks, 'other']}, asked), [
    'networks: imm_shop_main.back, imm_shop_main.default | imm_shop_main.back, imm_shop_main.default, other',
  ])
  const secret = {kind: 'bind' as const, source: '/etc', path: '/host', readOnly: false}
  t.regex(compare({...as, mounts: [...mounts, secret]}, asked).join(), /^mounts: .* \| .*bind \/etc at \/host/)
  t.is(compare({...as, mounts: now.mounts}, asked).length, 1, 'one that is missing')
  t.is(compare({...as, entrypoint: ['sh']}, asked).length, 1)
  t.is(compare({...as, restarts: false}, asked).length, 1)
  t.is(compare({}, asked).length, 4)
})
