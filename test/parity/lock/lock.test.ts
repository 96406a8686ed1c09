import test, {type ExecutionContext} from 'ava'
import * as fc from 'fast-check'

import {isImmError} from '../../../src/errors.ts'
import type {ImageSide, SideFacts} from '../../../src/parity/facts.ts'
import {lockable} from '../../../src/parity/lock/lockable.ts'
import {readLock} from '../../../src/parity/lock/read-lock.ts'
import {writeLock} from '../../../src/parity/lock/write-lock.ts'
import {side} from './arbitrary-side.ts'

test('whatever the facts are, a lock file gives them back, in text that is the same the next time', (t) => {
  fc.assert(
    fc.property(side, (facts) => {
      const locked = lockable(facts)
      const text = writeLock(facts)
      t.deepEqual(readLock(text, 'imm.lock'), locked)
      t.is(writeLock(readLock(text, 'imm.lock')), text)
    }),
    {numRuns: 300},
  )
  t.pass()
})

const image: ImageSide = {
  names: ['shop:1'],
  id: `sha256:${'1'.repeat(64)}`,
  platform: 'linux/amd64',
  created: '1980-01-01T00:00:01Z',
  size: 4096,
  layers: [
    {
      diffId: `sha256:${'2'.repeat(64)}`,
      digest: `sha256:${'3'.repeat(64)}`,
      size: 4096,
      compression: 'gzip',
      createdBy: 'ENV API_KEY=hunter2 MODE=production',
    },
  ],
  base: {name: 'node:24-slim', layers: 1, by: 'label', packages: [], runtimes: []},
  config: {
    user: 'node',
    workdir: '/app',
    entrypoint: [],
    command: ['node', 'server.js'],
    env: [
      {name: 'API_KEY', secret: 'a8b06b91d0778aec6ce41997'},
      {name: 'MODE', value: 'production'},
    ],
    ports: ['3000/tcp'],
    volumes: [],
    labels: {b: '2', a: '1'},
    stopSignal: '',
  },
  os: {id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)'},
  packages: [{manager: 'dpkg', packages: [{name: 'libc6', version: '2.36-9', architecture: 'amd64'}]}],
  runtimes: [{name: 'node', version: '24.1.0', path: '/usr/local/bin/node'}],
  dependencies: [{ecosystem: 'npm', name: 'express', version: '5.1.0', scope: '/app', source: 'installed'}],
  files: {
    digest: `sha256:${'4'.repeat(64)}`,
    count: 1,
    directories: [{path: '/', digest: '5'.repeat(32), count: 1}],
    list: [{path: '/app', kind: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0, layer: 0}],
  },
}

const facts: SideFacts = {name: 'image:shop:1', image, gaps: []}
const text = writeLock(facts)

test('a lock file has one fact a line', (t) => {
  const lines = text.split('\n').map((line) => line.trim())
  for (const line of [
    'version: 1',
    'name: image:shop:1',
    '- API_KEY secret a8b06b91d0778aec6ce41997',
    '- MODE=production',
    '- libc6 2.36-9 amd64',
    `- / 1 ${'5'.repeat(32)}`,
    '- node 24.1.0 /usr/local/bin/node',
    '- npm express 5.1.0 /app installed',
  ])
    t.true(lines.includes(line), line)
})

test('neither the list of files is in a lock file nor what the history gives away', (t) => {
  t.is(readLock(text, 'imm.lock').image?.files.list, undefined)
  t.notRegex(text, /hunter2/)
  t.regex(text, /API_KEY=secret:[0-9a-f]{24} MODE=production/)
})

test('the order in which labels were found is not in it', (t) => {
  const reordered = {...image, config: {...image.config, labels: {a: '1', b: '2'}}}
  t.is(writeLock({...facts, image: reordered}), text)
})

const refuses = (t: ExecutionContext, changed: string, message: RegExp, next = /imm parity lock/) => {
  const error = t.throws(() => readLock(changed, 'imm.lock'))
  t.true(isImmError(error, 'LOCK_UNREADABLE'), String(error))
  t.regex(error?.message ?? '', message)
  t.regex(isImmError(error) ? error.next : '', next)
}

const lineOf = (part: string) => text.split('\n').findIndex((line) => line.includes(part)) + 1

test('what is wrong in a lock file is named with its line', (t) => {
  refuses(
    t,
    text.replace('libc6 2.36-9 amd64', 'libc6 2.36-9'),
    new RegExp(`^imm\\.lock:${lineOf('libc6')}: .*NAME VERSION ARCHITECTURE`),
  )
  refuses(
    t,
    text.replace('- MODE=production', '- MODE production'),
    new RegExp(`^imm\\.lock:${lineOf('- MODE=prod')}: .*NAME=VALUE`),
  )
  refuses(
    t,
    text.replace('  size: 4096', '  size: large'),
    new RegExp(`^imm\\.lock:${lineOf('  size: 4096')}: image\\.size`),
  )
  refuses(t, text.replace('gaps: []', 'gaps: []\nextra: 1'), /extra/)
  refuses(t, text.replace('platform: ', 'platform '), /^imm\.lock:\d+: it is no YAML/)
  refuses(t, text.replace('node 24.1.0 ', 'node 24.1.0%ZZ '), /NAME VERSION PATH/)
  refuses(t, text.replace('name: image:shop:1', 'name: &a image:shop:1\nimage2: *a'), /alias/)
})

test('what is no lock file is refused', (t) => {
  for (const other of ['', 'a list', '- a', 'services: {web: {image: x}}']) refuses(t, other, /no lock file/)
})

test('a file of a newer version is refused, and the next step is to update', (t) => {
  refuses(t, text.replace('version: 1', 'version: 2'), /version 2.*up to version 1/, /Update imm/)
})

test('a file whose line ends are those of another system is the same', (t) => {
  t.deepEqual(readLock(text.replaceAll('\n', '\r\n'), 'imm.lock'), lockable(facts))
})

test('no control character of a name gets into the file as it is', (t) => {
  const bad = 'x\u001b[2J\u009b2J\u007f'
  const written = writeLock({...facts, image: {...image, config: {...image.config, labels: {[bad]: bad}}}})
  // oxlint-disable-next-line no-control-regex -- none of these may be left
  t.notRegex(written, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/)
  t.deepEqual(readLock(written, 'imm.lock').image?.config.labels, {[bad]: bad})
})

test('a lock file that was written before directories were told apart is read as ever', (t) => {
  const before = text.replace(/\n +directories:\n +- \/ 1 5+/, '')
  t.not(before, text)
  t.deepEqual(readLock(before, 'imm.lock').image?.files, {digest: image.files.digest, count: 1})
})
