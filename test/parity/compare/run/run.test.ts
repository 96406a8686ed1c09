import test from 'ava'

import type {RunSide} from '../../../../src/parity/facts.ts'
import {between} from '../found.ts'
import {run} from '../sides.ts'

const runs = (a: Partial<RunSide>, b: Partial<RunSide>) => between({run: run(a)}, {run: run(b)})
const messages = (a: Partial<RunSide>, b: Partial<RunSide>) =>
  runs(a, b).map(({rule, message}) => `${rule}: ${message}`)

test("what is not said is the engine's default, and saying it is no difference", (t) => {
  t.deepEqual(
    runs(
      {},
      {
        memoryBytes: 0,
        pidsLimit: -1,
        noNewPrivileges: false,
        readOnlyRoot: false,
        networks: ['default'],
        networkMode: 'bridge',
        restart: 'no',
        replicas: 1,
        stopGraceMs: 10_000,
        init: false,
      },
    ),
    [],
  )
})

test('the same in other words is the same', (t) => {
  t.deepEqual(
    runs(
      {
        capAdd: ['CAP_NET_ADMIN', 'chown'],
        tmpfs: ['/tmp'],
        publishes: ['80'],
        restart: 'unless-stopped',
        image: 'shop',
      },
      {
        capAdd: ['CHOWN', 'NET_ADMIN'],
        mounts: [{path: '/tmp/', kind: 'tmpfs', readOnly: false}],
        publishes: ['80/tcp'],
        restart: 'always',
        image: 'docker.io/library/shop:latest',
      },
    ),
    [],
  )
})

test('limits are told in the largest unit that says them exactly', (t) => {
  t.deepEqual(messages({memoryBytes: 512 * 1024 ** 2, cpus: 0.5}, {memoryBytes: 512 * 1024 ** 2 + 1}), [
    'run.memory: the limit of memory is 512 MiB in A and 536870913 B in B',
    'run.cpus: the limit of processors is 0.5 in A and none in B',
  ])
})

test('adding a capability is not dropping it', (t) => {
  t.deepEqual(messages({capAdd: ['SYS_TIME']}, {capDrop: ['CHOWN']}), [
    "run.capabilities: the set of capabilities is the engine's own with +SYS_TIME in A and the engine's own with -CHOWN in B",
  ])
  t.deepEqual(messages({capDrop: ['ALL']}, {capDrop: ['ALL'], capAdd: ['KILL', 'CHOWN']}), [
    'run.capabilities: the set of capabilities is none in A and CHOWN, KILL in B',
  ])
  t.deepEqual(messages({capAdd: ['ALL'], capDrop: ['CHOWN']}, {capAdd: ['ALL']}), [
    'run.capabilities: the set of capabilities is all but CHOWN in A and all in B',
  ])
})

test('capabilities are what comes of adding and dropping, whatever the words', (t) => {
  for (const [a, b] of [
    [{capAdd: ['CHOWN']}, {}],
    [{capDrop: ['ALL', 'CHOWN']}, {capDrop: ['ALL']}],
    [{capAdd: ['ALL', 'SYS_ADMIN']}, {capAdd: ['all']}],
    [{capDrop: ['SYS_ADMIN']}, {}],
    [{capDrop: ['ALL'], capAdd: ['ALL']}, {capAdd: ['ALL']}],
    [{privileged: true, capAdd: ['NET_ADMIN']}, {privileged: true}],
  ] as const)
    t.deepEqual(runs(a, b), [])
  t.deepEqual(
    runs({privileged: true, capAdd: ['NET_ADMIN']}, {}).map(({rule}) => rule),
    ['run.privileged'],
    'who is privileged has them all',
  )
})

test('a tmpfs has the options that are not the usual ones, in whatever words', (t) => {
  t.deepEqual(runs({tmpfs: ['/tmp:size=64m,mode=01777']}, {tmpfs: ['/tmp/:rw,nosuid,nodev,size=67108864']}), [])
  t.deepEqual(messages({tmpfs: ['/tmp:size=1m']}, {tmpfs: ['/tmp:exec']}), [
    'run.tmpfs: the tmpfs at /tmp is size=1048576 in A and exec in B',
  ])
  t.deepEqual(messages({tmpfs: ['/tmp:ro']}, {tmpfs: ['/tmp']}), [
    'run.mounts.read-only: /tmp is read-only in A and writable in B',
  ])
})

test('how often it is started again after a failure is compared', (t) => {
  t.deepEqual(runs({restart: 'on-failure:0'}, {restart: 'on-failure'}), [])
  t.deepEqual(messages({restart: 'on-failure:1'}, {restart: 'on-failure:5'}), [
    'run.restart: the restart policy is on-failure:1 in A and on-failure:5 in B',
  ])
})

const mount = (path: string, kind: 'volume' | 'bind', readOnly = false) => ({path, kind, readOnly})

test('each mount is told by itself: missing, of another kind, or read-only', (t) => {
  t.deepEqual(
    messages(
      {mounts: [mount('/data', 'volume'), mount('/conf', 'bind', true), mount('/src', 'bind')]},
      {mounts: [mount('/data', 'bind'), mount('/conf', 'bind')]},
    ),
    [
      'run.mounts.read-only: /conf is read-only in A and writable in B',
      'run.mounts.kind: the mount at /data is volume in A and bind in B',
      'run.mounts: B has no mount at /src, A has',
    ],
  )
})

test('names of images are compared where neither is known, by their digests where they have some', (t) => {
  const digest = `sha256:${'a'.repeat(64)}`
  t.deepEqual(runs({image: `registry:5000/shop:1@${digest}`}, {image: `registry:5000/shop@${digest}`}), [])
  t.deepEqual(messages({image: 'registry:5000/shop'}, {image: 'registry:5000/shop:1'}), [
    'run.image: the image is registry:5000/shop:latest in A and registry:5000/shop:1 in B',
  ])
})

test('a manifest has no networks that could be others', (t) => {
  const manifest = {source: 'k8s:out.yaml#Deployment/web'}
  t.deepEqual(runs({networks: ['back', 'front']}, manifest), [])
  t.deepEqual(runs(manifest, {networks: ['back']}), [])
  t.is(runs({networks: ['back']}, {}).length, 1)
})

test('the names that imm gives to apps of an environment are no difference, and those that were asked for are', (t) => {
  const others = {extra_hosts: 'web=172.23.0.1'}
  t.deepEqual(runs({}, {others, byImm: ['hosts']}), [])
  t.is(runs({}, {others}).length, 1)
})
