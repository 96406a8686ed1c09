import test from 'ava'

import type {Settings} from '../../src/config/settings.ts'
import {makePlan, sameContent, type Plan} from '../../src/lifecycle/plan.ts'
import {testSettings} from '../support/lifecycle-settings.ts'
import {emptyTree} from '../support/lifecycle-source.ts'

const planOf = (settings: Settings, digest = 'sha256:a'): Plan =>
  makePlan({settings} as Plan['project'], {digest, files: 1, bytes: 1, warnings: [], tree: emptyTree})

const plain = testSettings({
  env: {A: '1', B: '2'},
  build: {context: '/shop', dockerfile: 'Dockerfile', target: undefined, args: {X: '1', Y: '2'}},
})
const built = (changes: Partial<Settings['build']>): Settings => ({...plain, build: {...plain.build, ...changes}})

const same: Record<string, Settings> = {
  'how it is watched': {...plain, watch: {paths: ['src'], ignore: ['*.md'], quietMs: 500, poll: true}},
  'how it is guarded': {...plain, guard: {windowMs: 1, errors: 1, latency: 1, minRequests: 1}},
  'how many are kept': {...plain, keep: {warm: 5, stopped: 0, images: 1, diskBytes: 1}},
  'what is checked': {...plain, verify: [{kind: 'command', name: 'smoke', command: ['smoke'], timeoutMs: 1}]},
  'what is done about drift': {...plain, immutable: 'replace'},
  'how long it drains': {...plain, drainMs: 1},
  'what is closed at its end': {...plain, closes: ['events']},
  'that pages reload': {...plain, reload: true},
  'where the checkout lies': built({context: '/somewhere/else'}),
  'the order of variables': {...plain, env: {B: '2', A: '1'}},
  'the order of build arguments': built({args: {Y: '2', X: '1'}}),
}

for (const [what, settings] of Object.entries(same))
  test(`${what} makes no other release`, (t) => {
    t.true(sameContent(planOf(plain), planOf(settings)))
    t.is(planOf(plain).buildDigest, planOf(settings).buildDigest)
  })

const others: Record<string, {settings: Settings; build: boolean}> = {
  'a variable': {settings: {...plain, env: {A: '1', B: '3'}}, build: false},
  'the command': {settings: {...plain, command: ['node', 'x.js']}, build: false},
  'the order of the words of a command': {settings: {...plain, command: ['x.js', 'node']}, build: false},
  'the user': {settings: {...plain, user: 'app'}, build: false},
  'the port': {settings: {...plain, port: 8080}, build: false},
  'the health path': {settings: {...plain, health: {...plain.health, kind: 'http', path: '/health'}}, build: false},
  'a volume': {settings: {...plain, volumes: [{name: 'data', path: '/data', readOnly: false}]}, build: false},
  'a tmpfs': {settings: {...plain, tmpfs: ['/tmp']}, build: false},
  'a root that can’t be written': {settings: {...plain, immutable: 'strict'}, build: false},
  'the memory': {settings: {...plain, resources: {memoryBytes: 1, cpus: undefined}}, build: false},
  'the Dockerfile': {settings: built({dockerfile: 'Dockerfile.dev'}), build: true},
  'the stage to build': {settings: built({target: 'dev'}), build: true},
  'a build argument': {settings: built({args: {X: '2', Y: '2'}}), build: true},
}

for (const [what, {settings, build}] of Object.entries(others))
  test(`${what} makes another release${build ? ' and another image' : ' of the same image'}`, (t) => {
    t.false(sameContent(planOf(plain), planOf(settings)))
    t.is(planOf(plain).buildDigest !== planOf(settings).buildDigest, build)
  })

test('another source makes another release', (t) => {
  t.false(sameContent(planOf(plain, 'sha256:a'), planOf(plain, 'sha256:b')))
})
