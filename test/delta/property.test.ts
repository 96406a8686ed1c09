import {deepStrictEqual} from 'node:assert/strict'

import test from 'ava'
import * as fc from 'fast-check'

import {completeDelta} from '../../src/delta/complete.ts'
import {isFull, type Full} from '../../src/delta/full.ts'
import {planDelta} from '../../src/delta/plan.ts'
import {readTail} from '../../src/delta/tail.ts'
import type {LayerItem, SourceDirectory} from '../../src/lifecycle/ports.ts'
import {tree, type TreeEntry} from '../support/source-tree.ts'
import {build, written, type Step} from './naive-build.ts'
import {applyLayer, BuildFails, directory, filesOf, lookAt, type Entry, type Files} from './naive-image.ts'

const paths = ['a', 'a/x', 'a/y', 'a/x/z', 'a/x/w.js', 'b', 'b/x', 'b/a', 'c.js', 'd.js', 'x', 'e/f/g', 'e/f/h.js']
const links = ['a', '../b', 'x', '/app', 'nowhere']

/** A directory that may be empty is null here. */
type Item = TreeEntry | null

const file = fc.record({content: fc.constantFrom('1', '2', '3'), mode: fc.constantFrom(0o644, 0o644, 0o755, 0o600)})
/** Mostly what the paths below it want it to be, so that most projects have some depth. */
const itemAt = (path: string): fc.Arbitrary<Item> => {
  const holds = paths.some((each) => each.startsWith(`${path}/`))
  return fc.oneof(
    {weight: holds ? 1 : 20, arbitrary: file},
    {weight: holds ? 20 : 1, arbitrary: fc.constant(null)},
    {weight: 1, arbitrary: fc.record({link: fc.constantFrom(...links)})},
  )
}
const project = fc.record(Object.fromEntries(paths.map((path) => [path, itemAt(path)])), {requiredKeys: []})
/** What becomes of a path; undefined: it goes. */
const edits = fc.array(
  fc
    .constantFrom(...paths)
    .chain((path) => fc.tuple(fc.constant(path), fc.option(fc.oneof(itemAt(path), file), {nil: undefined, freq: 4}))),
  {minLength: 1, maxLength: 3},
)

const source = fc.oneof(
  {weight: 2, arbitrary: fc.constantFrom('.', 'a', 'e')},
  {
    weight: 1,
    arbitrary: fc.constantFrom('a/', 'b', 'a/x', 'c.js', 'd.js', '*.js', '*', 'a/*', '*/x', '?', './e', 'e/*/*.js'),
  },
)
const dest = fc.oneof(
  fc.constantFrom('.', '/app/', '/app/a', '/new'),
  fc.constantFrom('./', '/app', 'a', 'a/', '/app/a/', '/app/x', '/bin/', '/usr/bin/', '/', 'new/place/', '/app/e'),
)
const copy: fc.Arbitrary<Step> = fc
  .record({
    does: fc.constant('copy'),
    add: fc.boolean(),
    chown: fc.constantFrom('', '', '1:2', '3', 'app'),
    chmod: fc.constantFrom('', '', '700', '0644'),
    sources: fc.array(source, {minLength: 1, maxLength: 2}),
    dest,
  })
  .map((step) => (step.sources.length > 1 && !/[./]$/.test(step.dest) ? {...step, dest: `${step.dest}/`} : step))
const step: fc.Arbitrary<Step> = fc.oneof(
  {weight: 8, arbitrary: copy},
  {weight: 3, arbitrary: fc.record({does: fc.constant('from'), source: fc.constantFrom('/out', '/out/x'), dest})},
  {weight: 2, arbitrary: fc.record({does: fc.constant('workdir'), path: fc.constantFrom('/app', 'a', '/app/e', '/')})},
  {weight: 1, arbitrary: fc.constant({does: 'run'})},
  {weight: 1, arbitrary: fc.constant({does: 'label'})},
)

const fileEntry = (content: string): Entry => ({...directory(0o640, 9, 9), kind: 'file', content})
const linkEntry = (content: string): Entry => ({...directory(0o777), kind: 'link', content})
const bases: readonly (readonly [string, Entry])[][] = [
  [],
  [['/app', directory(0o700, 5, 6)]],
  [
    ['/app', directory(0o750)],
    ['/app/a', directory(0o711, 8, 8)],
    ['/app/a/x', fileEntry('below')],
    ['/app/c.js', fileEntry('below')],
  ],
  [
    ['/app', directory()],
    ['/app/x', linkEntry('a')],
    ['/app/e', linkEntry('/usr')],
    ['/app/d.js', linkEntry('c.js')],
  ],
  [
    ['/app', directory()],
    ['/new', linkEntry('app')],
  ],
]
const baseOf = (more: readonly (readonly [string, Entry])[]): Files =>
  new Map([
    ['/', directory()],
    ['/usr', directory()],
    ['/usr/bin', directory()],
    ['/bin', linkEntry('usr/bin')],
    ...more,
  ])

type Project = Readonly<Record<string, Item | undefined>>

/** What lies in something that is no directory is left out. */
const treeOf = (entries: Project): SourceDirectory =>
  tree(
    Object.fromEntries(
      Object.entries(entries)
        .filter(([path]) =>
          path.split('/').every((_part, index, parts) => {
            const above = index === 0 ? undefined : entries[parts.slice(0, index).join('/')]
            return above === undefined || above === null
          }),
        )
        .flatMap(([path, what]) => (what === undefined ? [] : [what === null ? [`${path}/`, {}] : [path, what]])),
    ),
  )

const edit = (entries: Project, changes: readonly (readonly [string, Item | undefined])[]): Project =>
  Object.fromEntries(
    Object.entries({...entries, ...Object.fromEntries(changes)}).filter(([, what]) => what !== undefined),
  )

const attempt = <Result>(work: () => Result): Result | undefined => {
  try {
    return work()
  } catch (error) {
    if (error instanceof BuildFails) return undefined
    throw error
  }
}

/** The delta as imm would make it. */
const deltaOf = (
  steps: readonly Step[],
  anchor: {layers: Files[]; cwd: string},
  before: SourceDirectory,
  after: SourceDirectory,
): LayerItem[] | Full => {
  const tail = readTail(written(steps), {dockerfile: 'Dockerfile'}, {workingDir: anchor.cwd, env: {}})
  if (isFull(tail)) return tail
  const plan = planDelta(tail, before, after)
  if (isFull(plan)) return plan
  const image = anchor.layers.at(-1) ?? new Map()
  const below = anchor.layers.at(-1 - plan.above) ?? new Map()
  return completeDelta(plan, lookAt(image, plan.needs.inAnchor), lookAt(below, plan.needs.below))
}

test('a delta on the image of one tree is the image of the other, or a full build is asked for', (t) => {
  let deltas = 0
  let notEmpty = 0
  const reasons = new Map<string, number>()
  fc.assert(
    fc.property(
      fc.array(step, {minLength: 1, maxLength: 4}),
      fc.constantFrom(...bases),
      project,
      edits,
      (steps, more, first, changes) => {
        const base = baseOf(more)
        const [before, after] = [treeOf(first), treeOf(edit(first, changes))]
        const anchor = attempt(() => build(steps, base, before))
        if (anchor === undefined) return
        const rebuilt = attempt(() => build(steps, base, after))
        const items = deltaOf(steps, anchor, before, after)
        if (isFull(items)) {
          reasons.set(items.reason, (reasons.get(items.reason) ?? 0) + 1)
          return
        }
        if (rebuilt === undefined) throw new Error('a build that would fail has a delta')
        const content = filesOf(after)
        const got = applyLayer(
          anchor.layers.at(-1) ?? new Map(),
          items,
          (path) => content.get(`/${path}`)?.content ?? '',
        )
        deepStrictEqual(sorted(got), sorted(rebuilt.layers.at(-1) ?? new Map()))
        deltas += 1
        if (items.length > 0) notEmpty += 1
      },
    ),
    {numRuns: Number(process.env['IMM_DELTA_RUNS'] ?? 3000), includeErrorInReport: true},
  )
  t.log(`${deltas} deltas, ${notEmpty} with items; ${[...reasons.values()].reduce((sum, each) => sum + each, 0)} full`)
  t.true(notEmpty > 100)
})

const sorted = (files: Files) => [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))
