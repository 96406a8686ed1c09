import test from 'ava'

import {cycles, defaultExportViolations, importViolations, lengthViolations, owners} from './rules.ts'
import {sourceFile, sourceFiles} from './source-files.ts'

const files = sourceFiles()

test('every import follows the arrows of the architecture', (t) => {
  t.true(files.length > 50, 'the files of src are found')
  t.deepEqual(importViolations(files), [])
})

test('no file imports itself through others', (t) => {
  t.deepEqual(cycles(files), [])
})

test('no file is longer than a person reads in one go', (t) => {
  t.deepEqual(lengthViolations(files), [])
})

test('only what oclif loads has a default export', (t) => {
  t.deepEqual(defaultExportViolations(files), [])
})

const says = (type: string) =>
  files.filter(({text}) => new RegExp(`\\bas [\\w<[]*\\b${type}<`).test(text)).map(({path}) => path)

test('only who proves a release says that it is proved', (t) => {
  t.deepEqual(says('Healthy'), ['lifecycle/verify.ts'])
  t.deepEqual(says('Verified'), ['lifecycle/gates/admit.ts'])
})

test('every package with an owner is imported somewhere', (t) => {
  const used = new Set(files.flatMap(({imports}) => imports.map(({target}) => target)))
  const unused = Object.keys(owners).filter((name) => !used.has(name))
  t.deepEqual(unused, [], 'packages in `owners` that src does not import')
})

const violationsOf = (path: string, text: string) => importViolations([sourceFile(path, text)])

for (const [path, text, violation] of [
  [
    'errors.ts',
    "import {x} from './release/identity.ts'",
    'src/errors.ts imports release/identity.ts: src/errors.ts may import nothing',
  ],
  [
    'release/a.ts',
    "import {hash} from 'node:crypto'",
    'src/release/a.ts imports node:crypto: src/release is pure and uses nothing of Node',
  ],
  [
    'lifecycle/a.ts',
    "import {\n  a,\n  b,\n} from '../engine/connect.ts'",
    'src/lifecycle/a.ts imports engine/connect.ts: src/lifecycle may import errors.ts, release, strategy, drift, config/settings.ts',
  ],
  [
    'engine/a.ts',
    "import {probe} from '../lifecycle/ports.ts'",
    'src/engine/a.ts imports lifecycle/ports.ts: only its types may be imported here (`import type`)',
  ],
  [
    'engine/a.ts',
    "const {default: Docker} = await import('dockerode')",
    'src/engine/a.ts imports dockerode: the package belongs to src/engine/docker',
  ],
  [
    'proxy/a.ts',
    "export {x} from '../source/open.ts'",
    'src/proxy/a.ts imports source/open.ts: src/proxy may import errors.ts, release, socket, state/paths.ts, tls, config/settings.ts, lifecycle/ports.ts',
  ],
  [
    'proxy/a.ts',
    "import 'left-pad/side-effect'",
    'src/proxy/a.ts imports left-pad: no folder owns this package; add it to test/architecture/rules.ts',
  ],
  ['utils/a.ts', '', 'src/utils/a.ts: no rule says what src/utils may import; add one to test/architecture/rules.ts'],
] as const) {
  test(`it is noticed: ${violation}`, (t) => {
    t.deepEqual(violationsOf(path, text), [violation])
  })
}

test('what is allowed is not reported', (t) => {
  const text =
    "import path from 'node:path'\nimport type {Engine} from '../../lifecycle/ports.ts'\nimport Docker from 'dockerode'\nimport {x} from './y.ts'"
  t.deepEqual(violationsOf('engine/docker/a.ts', text), [])
})

test('cycles, long files and default exports are noticed', (t) => {
  const a = sourceFile('release/a.ts', "import {b} from './b.ts'")
  const b = sourceFile('release/b.ts', "import {a} from './a.ts'\nexport default b")
  t.deepEqual(cycles([a, b]), ['src/release/a.ts -> src/release/b.ts -> src/release/a.ts'])
  const typed = sourceFile('release/b.ts', "import type {a} from './a.ts'")
  t.deepEqual(cycles([a, typed]), [])
  t.is(defaultExportViolations([a, b]).length, 1)
  t.is(lengthViolations([a, sourceFile('release/c.ts', 'x\n'.repeat(251))]).length, 1)
})
