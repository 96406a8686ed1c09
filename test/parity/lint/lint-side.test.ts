import test, {type ExecutionContext} from 'ava'

import type {SideFacts} from '../../../src/parity/facts.ts'
import type {LayerFindings} from '../../../src/parity/lint/layers.ts'
import {lintSide} from '../../../src/parity/lint/lint-side.ts'
import {configured, file, imageOnly, imageSide, runSide} from './sides.ts'

/** What is found, as `rule subject`. */
const found = (side: SideFacts, more?: LayerFindings) =>
  lintSide(side, more).map(({rule, subject}) => `${rule} ${subject}`)

const finds = (t: ExecutionContext, side: SideFacts, expected: readonly string[]) => t.deepEqual(found(side), expected)

const withRun = (own: Parameters<typeof runSide>[0]): SideFacts => ({name: 'a', run: runSide(own), gaps: []})

const withFiles = (...list: ReturnType<typeof file>[]): SideFacts =>
  imageOnly({files: {digest: '', count: list.length, list}})

test('nothing is found in a side that nothing is wrong with, or of which nothing is known', (t) => {
  finds(t, imageOnly(), [])
  finds(t, withRun({}), [])
  finds(t, {name: 'http://shop', gaps: []}, [])
})

for (const user of ['', 'root', '0', '0:0', 'root:node'])
  test(`USER ${user || '(none)'} is root`, finds, configured({user}), ['lint.user.root user'])
for (const user of ['node', '1000', '1000:0', 'rootless'])
  test(`USER ${user} is not root`, finds, configured({user}), [])

test('who runs it has the last word about the user', (t) => {
  finds(t, {...configured({user: ''}), run: runSide({config: {user: '1000'}})}, [])
  const [finding] = lintSide({...imageOnly(), run: runSide({config: {user: '0'}})})
  t.is(finding?.rule, 'lint.user.root')
  t.regex(finding?.next ?? '', /the image's own user, node/)
})

for (const [image, rules] of [
  ['redis', ['lint.image.latest redis']],
  ['registry:5000/redis', ['lint.image.latest registry:5000/redis']],
  ['redis:latest', ['lint.image.latest redis:latest']],
  ['redis:7', ['lint.image.unpinned redis:7']],
  [`redis:7@sha256:${'1'.repeat(64)}`, []],
  ['imm/shop/web:1', []],
] as const)
  test(`an image named ${image.slice(0, 30)}`, finds, withRun({image}), rules)

const based = (name: string) => imageOnly({base: {name, layers: 1, by: 'label', packages: [], runtimes: []}})

test('a base image is to be pinned as well', (t) => {
  finds(t, based('node:24-slim'), ['lint.base.unpinned node:24-slim'])
  finds(t, based('node'), ['lint.base.latest node'])
  finds(t, based(`node:24@sha256:${'1'.repeat(64)}`), [])
  const digest = `sha256:${'1'.repeat(64)}`
  finds(t, imageOnly({base: {name: 'node:24', digest, layers: 1, by: 'label', packages: [], runtimes: []}}), [])
  const side = imageOnly({base: {name: 'node:24', layers: 1, by: 'engine', packages: [], runtimes: []}})
  finds(t, side, [])
  const from = {name: 'node:latest', place: {file: 'Dockerfile'}}
  const [finding] = lintSide(side, {secrets: [], files: [], history: [], from})
  t.is(finding?.rule, 'lint.base.latest')
  t.deepEqual(finding?.place, {file: 'Dockerfile'})
})

test('secrets of the environment are named and nothing more', (t) => {
  const env = [
    {name: 'DB_PASSWORD', secret: 'sha256:12'},
    {name: 'MODE', value: 'production'},
  ]
  finds(t, configured({env}), ['lint.secret.env DB_PASSWORD'])
  finds(t, withRun({env: [...env, {name: 'TOKEN', from: 'secret/shop'}]}), ['lint.secret.run DB_PASSWORD'])
})

for (const [title, config, rules] of [
  ['a CMD in shell form', {command: ['/bin/sh', '-c', 'node server.js']}, ['lint.command.shell CMD']],
  ['an ENTRYPOINT in shell form', {entrypoint: ['/bin/bash', '-c', 'a && exec b']}, ['lint.command.shell ENTRYPOINT']],
  ['a shell that gives way', {command: ['/bin/sh', '-c', 'exec node server.js']}, []],
  ['a shell that is the program', {command: ['/bin/sh']}, []],
  ['a script', {entrypoint: ['/entrypoint.sh'], command: ['node']}, []],
  ['a start through npm', {command: ['npm', 'start']}, ['lint.command.wrapper command']],
  ['arguments called npm', {entrypoint: ['node'], command: ['npm']}, []],
] as const)
  test(title, finds, configured(config), rules)

test('a healthcheck is missing where there is none, or NONE, and nothing else looks', (t) => {
  const without = configured({healthcheck: undefined})
  finds(t, without, ['lint.healthcheck.missing healthcheck'])
  finds(t, configured({healthcheck: {test: ['NONE']}}), ['lint.healthcheck.missing healthcheck'])
  finds(t, {...without, run: runSide({config: {healthcheck: {test: ['CMD', 'true']}}})}, [])
  finds(t, {...without, run: runSide({source: 'k8s:web.yaml#Deployment/web'})}, [])
})

for (const [title, run, rules] of [
  ['privileged', {privileged: true}, ['lint.run.privileged privileged']],
  [
    'a capability, however it is written',
    {capAdd: ['CAP_SYS_ADMIN', 'net_admin']},
    ['lint.run.capability SYS_ADMIN', 'lint.run.capability NET_ADMIN'],
  ],
  ['the capability to listen on port 80', {capAdd: ['NET_BIND_SERVICE']}, []],
  [
    "the engine's socket",
    {mounts: [{path: '/var/run/docker.sock', kind: 'bind', readOnly: true}]},
    ['lint.run.engine-socket /var/run/docker.sock'],
  ],
  ['another mount', {mounts: [{path: '/data', kind: 'volume', readOnly: false}]}, []],
  ["the host's network", {networkMode: 'host'}, ['lint.run.host-network network']],
  ['no memory limit', {memoryBytes: undefined}, ['lint.run.memory memory']],
] as const)
  test(`run with ${title}`, finds, withRun(run), rules)

test('what everybody may write to is found, the directory before what is in it', (t) => {
  finds(
    t,
    withFiles(file('/tmp', 0o1777, {kind: 'directory'}), file('/tmp/a', 0o644), file('/l', 0o777, {kind: 'link'})),
    [],
  )
  finds(
    t,
    withFiles(
      file('/app', 0o777, {kind: 'directory'}),
      file('/app-x', 0o777, {kind: 'directory'}),
      file('/app/a', 0o666),
      file('/app/sub/b', 0o666),
      file('/etc/settings', 0o646),
    ),
    ['/app', '/app-x', '/etc/settings'].map((path) => `lint.file.world-writable ${path}`),
  )
})

test('many files that everybody may write to are one finding by their directory', (t) => {
  const [finding, ...others] = lintSide(
    withFiles(...Array.from({length: 30}, (_, at) => file(`/srv/data/${at}/x`, 0o666))),
  )
  t.deepEqual(others, [])
  t.is(finding?.subject, '/srv/data')
  t.is(finding?.message, '30 files and directories in /srv/data are writable by everybody, layer 2 of 3 (RUN npm ci)')
  t.is(finding?.details?.length, 10)
})

test("programs with setuid of the distribution are one note, others each a warning, the base's own no matter", (t) => {
  const side = withFiles(
    file('/usr/bin/su', 0o4755),
    file('/bin/mount', 0o4755),
    file('/usr/lib/openssh/ssh-keysign', 0o4755),
    file('/usr/sbin/unix_chkpwd', 0o2755),
    file('/app/raise', 0o4755),
    file('/usr/bin/sudo', 0o4755),
    file('/var/mail', 0o2775, {kind: 'directory'}),
  )
  finds(t, side, ['lint.file.setuid /app/raise', 'lint.file.setuid /usr/bin/sudo', 'lint.file.setuid-system system'])
  t.is(lintSide(side).at(-1)?.details?.length, 4)
  const base = {layers: 2, by: 'label' as const, packages: [], runtimes: []}
  finds(t, imageOnly({...imageSide(), base, files: side.image?.files ?? imageSide().files}), [
    'lint.file.setuid-system system',
  ])
})

test('a finding says what is wrong, where, and what to do', (t) => {
  const secret = {kind: 'GitHub token', shown: 'ghp_…', line: 3, path: '/app/.env', size: 9, layer: 2, gone: 2}
  const places = [undefined, undefined, {file: 'Dockerfile', line: 7}]
  const [finding, ...others] = lintSide(imageOnly(), {secrets: [secret], files: [], history: [], places})
  t.deepEqual(others, [])
  t.deepEqual(finding, {
    rule: 'lint.secret.layer',
    severity: 'error',
    subject: '/app/.env',
    message:
      'a GitHub token (ghp_…) in line 3 is in /app/.env, layer 3 of 3 (COPY . .), deleted or replaced by layer 3',
    next: 'Give it to the build with `RUN --mount=type=secret`, list the file in .dockerignore, and replace the secret by a new one',
    place: {file: 'Dockerfile', line: 7},
  })
})

const keyIn = (path: string, layer: number) => ({kind: 'private key', shown: '', path, size: 9, layer})

test('several secrets of one file are one finding; those of the base image are a note', (t) => {
  const side = imageOnly({base: {layers: 1, by: 'label', packages: [], runtimes: []}})
  const secrets = [keyIn('/a', 0), keyIn('/b', 0), keyIn('/b', 1), keyIn('/c', 2), keyIn('/c', 2)]
  t.deepEqual(found(side, {secrets, files: [], history: []}), [
    'lint.secret.base /a',
    'lint.secret.layer /b',
    'lint.secret.layer /c',
  ])
})

test('caches are found by their directory in the layers that are not of the base, small ones passed over', (t) => {
  const side = imageOnly({base: {layers: 1, by: 'label', packages: [], runtimes: []}})
  const files = [
    {path: '/var/lib/apt/lists/a', size: 9e6, layer: 0},
    {path: '/var/cache/apk/index', size: 50_000, layer: 1},
    {path: '/root/.npm/_cacache/content-v2/a', size: 2e6, layer: 1, gone: 2},
    {path: '/root/.npm/_cacache/content-v2/b', size: 1e6, layer: 1, gone: 2},
  ]
  const [finding, ...others] = lintSide(side, {secrets: [], files, history: []})
  t.deepEqual(others, [])
  t.is(finding?.subject, '/root/.npm/_cacache')
  t.is(
    finding?.message,
    "3.0 MB of npm's cache are in /root/.npm/_cacache, layer 2 of 3 (RUN npm ci), deleted later, which makes the image no smaller",
  )
})

const inLast = (path: string) => ({path, size: 10, layer: 2})

test('repositories, files of variables and of credentials are found by their names', (t) => {
  t.deepEqual(
    found(imageOnly(), {
      secrets: [],
      history: [],
      files: [
        '/app/.git/HEAD',
        '/app/.git/config',
        '/app/.env',
        '/app/.env.local',
        '/app/.env.example',
        '/root/.ssh/id_rsa',
        '/app/node_modules/x/.env',
      ].map(inLast),
    }),
    [
      'lint.file.git /app/.git',
      'lint.file.env /app/.env',
      'lint.file.env /app/.env.local',
      'lint.file.credentials /root/.ssh/id_rsa',
    ],
  )
})

test("a secret of the history is told once, with the layers that have it, the base's own left out", (t) => {
  const side = imageOnly({base: {layers: 1, by: 'label', packages: [], runtimes: []}})
  const history = [0, 1, 2].map((layer) => ({layer, kind: 'build argument NPM_TOKEN', shown: 'npm_…'}))
  const [finding, ...others] = lintSide(side, {secrets: [], files: [], history})
  t.deepEqual(others, [])
  t.is(finding?.rule, 'lint.secret.history')
  t.is(finding?.message, 'the history keeps a build argument NPM_TOKEN (npm_…), layer 2 of 3 (RUN npm ci)')
  t.deepEqual(finding?.details, ['layer 2 of 3 (RUN npm ci)', 'layer 3 of 3 (COPY . .)'])
})
