import test from 'ava'

import type {Content, Entry} from '../../src/ledger/entry.ts'
import type {ReleaseName} from '../../src/release/identity.ts'
import {entryText} from '../../src/terminal/entry-text.ts'
import {historyText, proofText, timeText} from '../../src/terminal/history-text.ts'
import {releasesText, worthShowing} from '../../src/terminal/releases-text.ts'
import {showText} from '../../src/terminal/show-text.ts'
import type {ShownRelease} from '../../src/wiring/history.ts'

const release: ReleaseName = 'r2-bbbbbbb'
const previous: ReleaseName = 'r1-aaaaaaa'
const time = '2026-11-25T10:00:03.000Z'
const timings = {detect: 0, snapshot: 0, build: 121, launch: 90, verify: 80, flip: 1, total: 354}

const entry = (content: Content, seq = 1): Entry => ({
  seq,
  prev: '',
  hash: '',
  time,
  who: {user: 'mira', host: 'desk', pid: 7, imm: '0.1.0'},
  ...content,
})

const live: Content = {type: 'live', release, previous, image: 'sha256:22', url: '', cause: 'change', timings}
const rejected: Content = {
  type: 'rejected',
  release,
  stage: 'verify',
  code: 'CRASHED',
  message: 'the container ended',
  next: '',
  output: ['boom \x1b[2J'],
}

for (const [content, text] of [
  [{type: 'found', live: undefined, warm: []}, 'imm began, and found nothing running'],
  [{type: 'found', live: release, warm: [previous]}, 'imm began, and found r2-bbbbbbb live, r1-aaaaaaa warm'],
  [{type: 'change', files: ['a', 'b'], count: 7}, 'changed a, b and 5 more'],
  [{type: 'build', release, how: 'full', ms: 324, why: 'asked for'}, 'built in 324 ms, full: asked for'],
  [{type: 'build', release, how: 'cached', ms: 2, why: undefined}, 'built before'],
  [live, 'live in 354 ms, from r1-aaaaaaa'],
  [
    {type: 'gate', release, name: 'prices', kind: 'http', ok: true, ms: 12, reason: undefined, output: []},
    'check "prices" passed in 12 ms',
  ],
  [
    {type: 'gate', release, name: 'smoke', kind: 'image', ok: false, ms: 12, reason: 'got 3', output: ['oh no']},
    'check "smoke" failed after 12 ms: got 3\n    | oh no',
  ],
  [
    {type: 'job', release, name: 'migrate', ok: true, ms: 12, reason: undefined, output: ['2 tables']},
    'job "migrate" done in 12 ms\n    | 2 tables',
  ],
  [
    {type: 'job', release, name: 'seed', ok: false, ms: 12, reason: 'got 3', output: []},
    'job "seed" failed after 12 ms: got 3',
  ],
  [{type: 'guarded', release, verdict: 'ok', requests: 0}, 'kept its place: it stayed up'],
  [{type: 'retired', release, drainMs: 20, cut: 1, warm: true}, 'drained in 20 ms, 1 connection cut, kept warm'],
  [{type: 'died', release, exitCode: 137, outOfMemory: true, output: []}, 'died: out of memory'],
  [
    {type: 'revision', release, commit: 'c0ffee00c0ffee00', branch: 'main', dirty: true},
    'commit c0ffee00c0ff on main, and changes that are in no commit',
  ],
  [{type: 'repaired', bytes: 1}, 'the history was repaired: 1 byte of a torn line were taken out'],
] as [Content, string][]) {
  test(`it is told: ${text}`, (t) => {
    t.is(entryText(entry(content)), text)
  })
}

test('what a newer imm wrote is told as it is', (t) => {
  const future = {...entry(live), type: 'teleported', to: 'mars'} as unknown as Entry
  t.regex(entryText(future), /^teleported \{"release":"r2-bbbbbbb".*"to":"mars"\}$/)
})

test('the history is a line for each entry, and output that would move the cursor is harmless', (t) => {
  const lines = historyText([
    {app: 'app', entry: entry({type: 'change', files: ['a'], count: 1}, 17)},
    {app: 'app', entry: entry(rejected, 18)},
  ]).split('\n')
  t.is(lines[0], `   17  ${timeText(time)}  mira  changed a`)
  t.is(lines[1], `   18  ${timeText(time)}  mira  r2-bbbbbbb rejected in verify (CRASHED): the container ended`)
  t.is(lines[2], '    | boom ')
  t.is(historyText([]), 'Nothing has been recorded here yet.')
})

test('where there are several apps each entry and each release says whose it is', (t) => {
  const lines = ['web', 'worker'].map((app) => ({app, entry: entry(live)}))
  t.deepEqual(
    historyText(lines, true)
      .split('\n')
      .map((line) => line.slice(0, 12)),
    ['web        1', 'worker     1'],
  )
  const releases = [{...shown, app: 'worker'}, shown]
  const [heading, one] = releasesText({releases, leftOut: 0, withApps: true}, Date.parse(time), {}).split('\n')
  t.regex(heading ?? '', /^APP +RELEASE +WHEN/)
  t.regex(one ?? '', /^worker +r2-bbbbbbb +just now/)
})

test('a proof names its last hash, a break its place and its reason', (t) => {
  t.is(
    proofText({intact: true, entries: 3, first: 5, hash: 'c0ffee'}),
    'The chain is intact: entries 5 to 7, last hash c0ffee.',
  )
  t.is(
    proofText({intact: false, entries: 2, file: '/web.jsonl', line: 3, problem: 'changed'}),
    'The chain breaks at /web.jsonl:3: the line is not as it was written (2 entries before it are intact).',
  )
})

const shown: ShownRelease = {
  app: 'app',
  release,
  time,
  who: {user: 'mira', host: 'desk', pid: 7, imm: '0.1.0'},
  outcome: 'rejected',
  generation: 2,
  snapshot: 'sha256:33',
  settings: 'sha256:11',
  configuration: undefined,
  commit: 'c0ffee00c0ffee00',
  branch: 'main',
  dirty: true,
  image: undefined,
  changed: {files: ['src/app.js', 'b'], count: 3},
  build: {how: 'delta', ms: 121, why: undefined},
  lives: [],
  rejections: [entry(rejected) as Extract<Entry, {type: 'rejected'}>],
  supersededIn: undefined,
  entries: [entry(rejected)],
  state: 'gone',
  against: previous,
  settingChanges: [
    {key: 'env.API_TOKEN', before: 'hmac:0123456789abcdef', after: undefined},
    {key: 'port', before: '3000', after: '4000'},
  ],
  fileChanges: undefined,
}

test('releases are a table: when, what they are now, what came of them, how they were built, commit and files', (t) => {
  const text = releasesText({releases: [shown], leftOut: 0, withApps: false}, Date.parse(time) + 120_000, {
    isTTY: false,
  })
  t.deepEqual(
    text.split('\n').map((line) => line.split(/ {2,}/)),
    [
      ['RELEASE', 'WHEN', 'NOW', 'OUTCOME', 'LIVE IN', 'BUILT', 'COMMIT', 'CHANGED'],
      [release, '2 min ago', 'gone', 'rejected in verify', 'delta 121 ms', 'c0ffee0+ main', 'src/app.js +2'],
    ],
  )
  t.regex(
    releasesText({releases: [{...shown, state: undefined}], leftOut: 0, withApps: false}, Date.parse(time), {}),
    / \? /,
  )
})

test('what was superseded before it had traffic is left out of the table, and counted', (t) => {
  const passing: ShownRelease = {...shown, outcome: 'superseded', supersededIn: 'build', entries: []}
  const shared = entry({type: 'shifted', release, weight: 0.1, step: 1, of: 2})
  const tried: ShownRelease = {...passing, supersededIn: 'shift', entries: [shared]}
  const releases = [passing, shown, passing, tried, passing]
  t.deepEqual(worthShowing(releases, 20), {shown: [shown, tried], leftOut: 3})
  t.deepEqual(worthShowing(releases, 1), {shown: [shown], leftOut: 1})
  t.deepEqual(worthShowing([], 20), {shown: [], leftOut: 0})
  t.is(
    releasesText({releases: [shown], leftOut: 3, withApps: false}, Date.parse(time), {})
      .split('\n')
      .at(-1),
    'left out: 3 releases superseded before any traffic (--all shows them)',
  )
})

test('a release is shown with its facts, what happened and the settings that changed', (t) => {
  t.is(
    showText(shown),
    `r2-bbbbbbb: rejected in verify; neither its container nor its image is there any more
  begun     ${timeText(time)}
  who       mira on desk, imm 0.1.0 (pid 7)
  changed   src/app.js, b and 1 more
  commit    c0ffee00c0ff on main, and changes that are in no commit
  source    sha256:33
  settings  sha256:11
  built     in 121 ms, delta
  ${timeText(time)}  rejected in verify (CRASHED): the container ended
    | boom 
Settings against r1-aaaaaaa:
  env.API_TOKEN  (0123456) -> not set
  port  3000 -> 4000`,
  )
})

test('differences of files are listed where they were asked for', (t) => {
  const fileChanges = [{path: '/app/a', what: 'other content'}]
  t.regex(showText({...shown, fileChanges}), /\nFiles against r1-aaaaaaa: 1 difference\n {2}\/app\/a: other content$/)
  t.regex(
    showText({...shown, fileChanges: [], settingChanges: []}),
    /r1-aaaaaaa: the same\nFiles against r1-aaaaaaa: the same$/,
  )
})
