import test from 'ava'

import type {Difference} from '../../src/drift/difference.ts'
import {driftText} from '../../src/terminal/drift-text.ts'
import {statusText} from '../../src/terminal/status-text.ts'
import type {EnvironmentStatus, ReleaseStatus} from '../../src/wiring/status.ts'

const differences: Difference[] = [
  {kind: 'setting', key: 'memory', expected: '256 MiB', actual: '512 MiB'},
  {kind: 'changed', path: '/app/a.json', node: 'file', below: 0, what: [{aspect: 'content', before: 'x', after: 'y'}]},
  {kind: 'added', path: '/app/up\u001B[2Jloads', node: 'directory', below: 2, what: []},
]
const of = {release: 'r2-bbbbbbb', state: 'live', container: 'c', touches: []} as const
const touch = {at: new Date(Date.now() - 180_000).toISOString(), by: 'anna@laptop', command: 'sh'}

test('what drifted is listed with how to see and to declare it, and nothing in a name moves the cursor', (t) => {
  t.is(
    driftText({...of, differences, touches: [touch]}),
    `r2-bbbbbbb (live): 3 differences
  memory   256 MiB, now 512 MiB
  changed  /app/a.json (content)
  added    /app/uploads/ (2 paths in it)
  touched  by imm exec (sh) 3 min ago, anna@laptop
  see      imm drift --show /app/a.json
  declare  in imm.yaml tmpfs: [/app/uploads] (forgotten) or volumes: [2Jloads:/app/uploads] (kept)`.replace(
      '2Jloads:',
      'up-2Jloads:',
    ),
  )
})

test('of many differences the first are listed, and how to get all', (t) => {
  const many = Array.from({length: 25}, (_, index): Difference => ({
    kind: 'deleted',
    path: `/app/${index}`,
    node: 'file',
    below: 0,
    what: [],
  }))
  const lines = driftText({...of, differences: many}).split('\n')
  t.is(lines.length, 23)
  t.regex(lines[21] ?? '', /and 5 more: imm drift --json lists all/)
})

test('without drift that is all there is to say', (t) => {
  t.is(driftText({...of, differences: []}), 'r2-bbbbbbb (live): no drift from its image and settings')
})

test('of commands that were run by hand three are named, the last first, each once', (t) => {
  const touches = ['sh', 'ls', 'ls', 'cat', 'psql', 'node'].map((command) => ({...touch, command}))
  t.regex(
    driftText({...of, differences: [], touches}),
    /touched {2}by imm exec \(node, psql, cat and 2 more\) 3 min ago/,
  )
})

const statusOf = (condition: ReleaseStatus['condition'], verbose = false): string[] => {
  const release: ReleaseStatus = {release: 'r2-bbbbbbb', state: 'live', sinceMs: undefined, condition}
  const environment: EnvironmentStatus = {
    project: 'shop',
    environment: 'main',
    app: 'app',
    url: undefined,
    proxyRuns: true,
    preview: false,
    releases: [release],
    pinned: undefined,
    disk: {heldBytes: 0, budgetBytes: undefined},
    underWay: undefined,
    takingOver: undefined,
    rejected: undefined,
    heldBy: undefined,
    sandboxes: 0,
    anchor: undefined,
    traffic: undefined,
  }
  return statusText([environment], {}, verbose).split('\n').slice(2)
}

test('a status has one line for a release that drifted, one for one that was touched, and none for the others', (t) => {
  const look = 'imm drift --project shop --environment main'
  const declare = {tmpfs: 'tmpfs: [/x]', volumes: 'volumes: [x:/x]'}
  t.deepEqual(
    statusOf({
      drift: {count: 4, unsure: 0, first: ['added /x/', 'deleted /y'], declare},
      touched: touch,
      touches: [touch],
    }),
    [
      `r2-bbbbbbb (live) drifted: added /x/, deleted /y and 2 more: ${look}; declare what it writes: tmpfs: [/x] or volumes: [x:/x]`,
      `r2-bbbbbbb was touched by imm exec (sh) at ${touch.at} by anna@laptop`,
    ],
  )
  t.deepEqual(
    statusOf({drift: {count: 0, unsure: 0, first: [], declare: undefined}, touched: undefined, touches: []}),
    [],
  )
})

test('what could not be found out in time is told as far as something is known, and else with --verbose', (t) => {
  const look = 'imm drift --project shop --environment main'
  const rest = {touched: undefined, touches: []}
  const drift = {count: 0, unsure: 1, first: [], declare: undefined}
  t.deepEqual(statusOf({drift, ...rest}), [
    `r2-bbbbbbb (live): 1 changed or touched path not compared in time: ${look}`,
  ])
  t.deepEqual(statusOf({drift: {...drift, count: 1, unsure: 2, first: ['added /x']}, ...rest}), [
    `r2-bbbbbbb (live) drifted: added /x, 2 changed or touched paths not compared in time: ${look}`,
  ])
  t.deepEqual(statusOf({drift: undefined, ...rest}), [])
  t.deepEqual(statusOf({drift: undefined, ...rest}, true), [
    `r2-bbbbbbb: whether it drifted could not be found out in time: ${look}`,
  ])
})
