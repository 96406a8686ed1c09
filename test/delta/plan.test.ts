import test from 'ava'

import type {ImageEntry} from '../../src/lifecycle/ports.ts'
import type {TreeEntry} from '../support/source-tree.ts'
import {deltaOf, planOf} from './delta.ts'

type Entries = Readonly<Record<string, TreeEntry>>
type Told = Readonly<Record<string, Partial<ImageEntry>>>

const app = 'directory /app 755 0:0'

const makes = test.macro(
  (t, lines: string, [before, after]: readonly [Entries, Entries], expected: string[], anchor?: Told, below?: Told) => {
    t.deepEqual(deltaOf({lines, before, after, ...(anchor && {anchor}), ...(below && {below})}), expected)
  },
)

const edited = [
  {a: '1', b: '1'},
  {a: '2', b: '1'},
] as const

test(
  'writes an edited file, and its directory as it is',
  makes,
  'COPY . .',
  edited,
  ['directory /app 700 5:6', 'file /app/a 644 0:0 a'],
  {'/app': {mode: 0o700, uid: 5, gid: 6}},
)
test('writes nothing where nothing is copied', makes, 'COPY b .', edited, [])
test('writes nothing where trees are the same', makes, 'COPY . .', [{a: '1'}, {a: '1'}], [])
test('writes nothing where a later COPY brings the same path', makes, 'COPY . .\nCOPY b a', edited, [], {
  '/app/a': {kind: 'file'},
})
test(
  'writes a file everywhere that it is copied to',
  makes,
  'COPY a b /x/\nCOPY a /y/c',
  edited,
  ['directory /x 755 0:0', 'file /x/a 644 0:0 a', 'directory /y 755 0:0', 'file /y/c 644 0:0 a'],
  {'/y/c': {kind: 'file'}},
)
test(
  'puts a new name into a destination that a renamed file had',
  makes,
  'COPY src /x/',
  [{'src/a': '1'}, {'src/b': '1'}],
  ['directory /x 755 0:0', 'whiteout /x/a', 'file /x/b 644 0:0 src/b'],
)
test(
  'takes modes from the source',
  makes,
  'COPY . .',
  [
    {'bin/a': '1', 'bin/': {mode: 0o750}},
    {'bin/a': {content: '1', mode: 0o755}, 'bin/': {mode: 0o750}},
  ],
  [app, 'directory /app/bin 750 0:0', 'file /app/bin/a 755 0:0 bin/a'],
)
test(
  'gives a directory its new mode',
  makes,
  'COPY . .',
  [{'bin/a': '1'}, {'bin/a': '1', 'bin/': {mode: 0o700}}],
  [app, 'directory /app/bin 700 0:0'],
)
test(
  'gives a copied directory’s own mode to nothing',
  makes,
  'COPY bin .',
  [{'bin/a': '1'}, {'bin/a': '1', 'bin/': {mode: 0o700}}],
  [],
)
test(
  'gives --chmod to files and directories, but not to what was there',
  makes,
  'COPY --chmod=711 . .',
  [{'bin/a': '1'}, {'bin/a': '2'}],
  [app, 'directory /app/bin 711 0:0', 'file /app/bin/a 711 0:0 bin/a'],
)
test(
  'gives --chown with numbers',
  makes,
  'COPY --chown=5:6 a /x\nCOPY --chown=7 b /y/',
  [
    {'a/f': '1', b: '1'},
    {'a/f': '2', b: '2'},
  ],
  ['directory /x 755 0:0', 'file /x/f 644 5:6 a/f', 'directory /y 755 0:0', 'file /y/b 644 7:7 b'],
)
test('gives USER nothing', makes, 'USER 5\nCOPY . .', edited, [app, 'file /app/a 644 0:0 a'])
test(
  'reads whose number a name has from what the same COPY wrote',
  makes,
  'COPY --chown=node a b /x/',
  edited,
  ['directory /x 755 0:0', 'file /x/a 644 1000:1001 a'],
  {'/x/a': {kind: 'file', uid: 1000, gid: 1001}},
)
test(
  'knows nobody’s number where another COPY wrote everything again',
  makes,
  'COPY --chown=node . .\nCOPY a* .',
  [{a: '1'}, {a: '1', b: '1'}],
  ['Dockerfile:4: who COPY --chown=node . . gives files to is not certain'],
)

test('takes a deleted file away', makes, 'COPY . .', [{a: '1', b: '1'}, {b: '1'}], [app, 'whiteout /app/a'])
test(
  'takes a deleted directory away by its top',
  makes,
  'COPY . .',
  [{'a/b/c': '1', b: '1'}, {b: '1'}],
  [app, 'whiteout /app/a'],
)
test(
  'takes away first, then writes',
  makes,
  'COPY . .',
  [
    {'a/x': '1', z: '1'},
    {'a/b': '2', m: '1'},
  ],
  [
    app,
    'whiteout /app/z',
    'file /app/m 644 0:0 m',
    'directory /app/a 755 0:0',
    'whiteout /app/a/x',
    'file /app/a/b 644 0:0 a/b',
  ],
)
test(
  'keeps of a deleted directory what another COPY brings',
  makes,
  'COPY one .\nCOPY two .',
  [
    {'one/a/x': '1', 'one/k': '', 'two/a/y': '1'},
    {'one/k': '', 'two/a/y': '1'},
  ],
  [app, 'directory /app/a 755 0:0', 'whiteout /app/a/x'],
)
test(
  'shows what a deleted file had hidden',
  makes,
  'COPY one .\nCOPY two .',
  [
    {'one/a': '1', 'two/a': '2', 'two/b': ''},
    {'one/a': '1', 'two/b': ''},
  ],
  [app, 'file /app/a 644 0:0 one/a'],
)
test('replaces a directory by a file', makes, 'COPY . .', [{'a/b/c': '1'}, {a: '1'}], [app, 'file /app/a 644 0:0 a'])
test(
  'replaces a file by a directory',
  makes,
  'COPY . .',
  [{a: '1'}, {'a/b': '1'}],
  [app, 'directory /app/a 755 0:0', 'file /app/a/b 644 0:0 a/b'],
)
test(
  'replaces a link by a directory, and a directory by a link',
  makes,
  'COPY . .',
  [
    {a: {link: 'b'}, 'b/c': '1'},
    {'a/c': '1', b: {link: 'a'}},
  ],
  [app, 'link /app/b -> a 0:0', 'directory /app/a 755 0:0', 'file /app/a/c 644 0:0 a/c'],
)
test(
  'writes a link as a link',
  makes,
  'COPY . .',
  [{a: {link: 'b'}}, {a: {link: '/c'}}],
  [app, 'link /app/a -> /c 0:0'],
)

test(
  'takes nothing away inside of what is taken away',
  makes,
  'COPY . /x/\nCOPY d* /y/',
  [{'d1/a': '1', 'd2/b': '1'}, {'d2/b': '1'}],
  ['directory /x 755 0:0', 'whiteout /x/d1', 'directory /y 755 0:0', 'whiteout /y/a'],
)
test(
  'does not take away what lies underneath too',
  makes,
  'COPY . .',
  [{a: '1', b: ''}, {b: ''}],
  ['/app/a is also in the image underneath'],
  {},
  {'/app/a': {kind: 'file'}},
)
test(
  'writes a new file over a file underneath',
  makes,
  'COPY . .',
  [{b: ''}, {a: '1', b: ''}],
  [app, 'file /app/a 644 0:0 a'],
  {},
  {'/app/a': {kind: 'file'}},
)
test(
  'writes no new file over a directory underneath',
  makes,
  'COPY . .',
  [{b: ''}, {a: '1', b: ''}],
  ['/app/a is also in the image underneath'],
  {},
  {'/app/a': {kind: 'directory'}},
)
test('wants real directories above what it writes', makes, 'COPY . .', edited, ['/app is no directory in the image'], {
  '/app': {kind: 'link'},
})

test('puts a file where a destination without a slash says', makes, 'COPY a /x', edited, ['file /x 644 0:0 a'], {
  '/x': {kind: 'file'},
})
test(
  'puts a file into a destination that is a directory',
  makes,
  'COPY a /x',
  edited,
  ['directory /x 755 0:0', 'file /x/a 644 0:0 a'],
  {'/x': {kind: 'directory'}},
)
test(
  'puts no file to a destination that is a link',
  makes,
  'COPY a /x',
  edited,
  ['what /x is in the image is not certain'],
  {
    '/x': {kind: 'link'},
  },
)
test('puts files of a pattern into a directory', makes, 'COPY a* /x', edited, [
  'directory /x 755 0:0',
  'file /x/a 644 0:0 a',
])
test('puts files of a pattern nowhere else', makes, 'COPY a* /x', edited, ['/x is no directory in the image'], {
  '/x': {kind: 'file'},
})
test(
  'copies the contents of directories that a pattern matches',
  makes,
  'COPY p*/src /x/',
  [
    {'p1/src/a/b': '1', 'p2/src/c': '1'},
    {'p1/src/a/b': '2', 'p2/src/c': '1'},
  ],
  ['directory /x 755 0:0', 'directory /x/a 755 0:0', 'file /x/a/b 644 0:0 p1/src/a/b'],
)
test(
  'takes a new match of a pattern in',
  makes,
  'COPY *.js /x/',
  [{'a.js': '1'}, {'a.js': '1', 'b.js': '1', 'b.ts': '1'}],
  ['directory /x 755 0:0', 'file /x/b.js 644 0:0 b.js'],
)
test(
  'writes what lies in a new match of a pattern',
  makes,
  'COPY p* /x/',
  [{'p1/a': '1'}, {'p1/a': '1', 'p2/b': '1'}],
  ['directory /x 755 0:0', 'file /x/b 644 0:0 p2/b'],
)
test(
  'lets the last source of a COPY win',
  makes,
  'COPY one/a two/a /x/',
  [
    {'one/a': '1', 'two/a': '1'},
    {'one/a': '2', 'two/a': '1'},
  ],
  [],
)
test(
  'adds the contents of a directory',
  makes,
  'ADD src /x',
  [{'src/a': '1'}, {'src/a': '2'}],
  ['directory /x 755 0:0', 'file /x/a 644 0:0 src/a'],
)
test('changes what another stage does not touch', makes, 'COPY --from=y /z /z\nCOPY . .', edited, [
  app,
  'file /app/a 644 0:0 a',
])

const needs = test.macro((t, lines: string, [before, after]: readonly [Entries, Entries], reason: string) => {
  t.deepEqual(deltaOf({lines, before, after}), [reason])
})

for (const path of ['Dockerfile', '.dockerignore', 'Dockerfile.dockerignore'])
  test(
    `a change of ${path} needs a full build`,
    needs,
    'COPY . .',
    [{[path]: '1'}, {[path]: '2'}],
    `${path} says how to build`,
  )
test(
  'what a RUN could read needs a full build',
  needs,
  'COPY p*.json .\nRUN npm ci\nCOPY . .',
  [
    {'p.json': '1', a: ''},
    {'p.json': '2', a: ''},
  ],
  'Dockerfile:5: RUN npm ci could read p.json',
)
test(
  'what another stage reads needs a full build',
  needs,
  'COPY . .\nFROM x\nCOPY --from=0 /app /app\nCOPY a .',
  edited,
  'Dockerfile:4: COPY . . reads a for stage 0',
)
test(
  'what a RUN mounts needs a full build',
  needs,
  'RUN --mount=type=bind,source=a,target=/a make\nCOPY . .',
  edited,
  'Dockerfile:4: RUN --mount=type=bind,source=a,target=/a make could read a',
)
test(
  'a new match of what a RUN could read needs a full build',
  needs,
  'COPY src/*/p /x/\nRUN make\nCOPY . .',
  [{b: ''}, {b: '', 'src/a/p': '1'}],
  'Dockerfile:5: RUN make could read src',
)
test(
  'what an earlier COPY reads through a link needs a full build',
  needs,
  'COPY link /x/\nRUN make\nCOPY a .',
  [
    {a: '1', link: {link: 'a'}},
    {a: '2', link: {link: 'a'}},
  ],
  'Dockerfile:5: RUN make could read a',
)
test(
  'a COPY that follows a link needs a full build',
  needs,
  'COPY dir/a /x/\nCOPY b .',
  [
    {'real/a': '1', dir: {link: 'real'}, b: '1'},
    {'real/a': '2', dir: {link: 'real'}, b: '1'},
  ],
  'Dockerfile:4: COPY dir/a /x/ follows a link',
)
test(
  'a pattern that matches a link needs a full build',
  needs,
  'COPY *.js /x/',
  [
    {'a.js': '1', 'b.js': {link: 'c'}},
    {'a.js': '2', 'b.js': {link: 'c'}},
  ],
  'Dockerfile:4: COPY *.js /x/ follows a link',
)
test(
  'an archive that ADD could unpack needs a full build',
  needs,
  'ADD a /x/',
  edited,
  'Dockerfile:4: ADD a /x/ could unpack a',
)
test(
  'what an archive could hold needs a full build',
  needs,
  'ADD b.tar /app/\nCOPY . .',
  [
    {a: '1', 'b.tar': ''},
    {a: '2', 'b.tar': ''},
  ],
  'Dockerfile:4: ADD b.tar /app/ may write /app/a too',
)
test(
  'what another stage could have written needs a full build',
  needs,
  'COPY . .\nCOPY --from=y /z ./a',
  [{'a/b': '1'}, {'a/b': '2'}],
  'Dockerfile:5: COPY --from=y /z ./a may write /app/a/b too',
)
test(
  'what a heredoc writes needs a full build',
  needs,
  'COPY . .\nCOPY <<EOF ./a\nEOF',
  edited,
  'Dockerfile:5: COPY <<EOF ./a may write /app/a too',
)
test(
  'a source that goes needs a full build',
  needs,
  'COPY a b /x/',
  [{a: '', b: ''}, {b: ''}],
  'Dockerfile:4: COPY a b /x/ names a, which came or went',
)
test(
  'what a source lies in and goes needs a full build',
  needs,
  'COPY d/a /x/',
  [{'d/a': ''}, {}],
  'Dockerfile:4: COPY d/a /x/ names what lies in d',
)
test(
  'a source that becomes another kind of thing needs a full build',
  needs,
  'COPY a /x/',
  [{a: ''}, {'a/b': ''}],
  'Dockerfile:4: a became another kind of thing',
)
test(
  'the last match of a pattern needs a full build when it goes',
  needs,
  'COPY *.js b /x/',
  [{'a.js': '', b: ''}, {b: ''}],
  'Dockerfile:4: all that COPY *.js b /x/ copies came or went',
)
test(
  'the first match of a pattern needs a full build when it comes',
  needs,
  'COPY *.js b /x/',
  [{b: ''}, {'a.js': '', b: ''}],
  'Dockerfile:4: all that COPY *.js b /x/ copies came or went',
)
test(
  'two matches for one path need a full build',
  needs,
  'COPY p*/src/* /x/',
  [
    {'p1/src/a': '1', 'p2/src/a': '1'},
    {'p1/src/a': '2', 'p2/src/a': '1'},
  ],
  'Dockerfile:4: what comes to /x/a is not certain',
)
test(
  'a file and a directory for one path need a full build',
  needs,
  'COPY one .\nCOPY two .',
  [
    {'one/a': '1', 'two/b': ''},
    {'one/a': '1', 'two/b': '', 'two/a/c': ''},
  ],
  'Dockerfile:5: what comes to /app/a is not certain',
)
test(
  'a directory that WORKDIR needs goes in a full build',
  needs,
  'COPY . .\nWORKDIR a/b',
  [{'a/b/c': '', d: ''}, {d: ''}],
  'Dockerfile:5: /app/a went, and this line needs it',
)
test(
  'a directory that another COPY goes to comes in a full build',
  needs,
  'COPY one .\nCOPY two a/',
  [
    {'one/k': '', 'two/b': ''},
    {'one/k': '', 'two/b': '', 'one/a/c': ''},
  ],
  'Dockerfile:5: /app/a came, and this line needs it',
)
test(
  'a name that layers use needs a full build',
  needs,
  'COPY . .',
  [{a: ''}, {a: '', '.wh.a': ''}],
  '/app/.wh.a has a name that layers use themselves',
)
test(
  'patterns of files and directories need a destination with a slash',
  needs,
  'COPY * /x',
  [
    {a: '1', 'b/c': ''},
    {a: '2', 'b/c': ''},
  ],
  'Dockerfile:4: COPY * /x copies files and directories to a destination without a slash',
)

test('asks of the anchor that no step of the tail goes through a link', (t) => {
  const given = {
    lines: 'WORKDIR /a/b\nCOPY --from=y /z /c/d\nCOPY b /e/\nCOPY a .',
    before: {a: '1', b: ''},
    after: {a: '2', b: ''},
  }
  t.deepEqual(deltaOf({...given, anchor: {'/e': {kind: 'link'}}}), ['/e is no directory in the image'])
  t.deepEqual(deltaOf({...given, anchor: {'/c/d': {kind: 'link'}}}), ['/c/d is a link in the image'])
  t.deepEqual(deltaOf({...given, anchor: {'/a': {kind: 'link'}}}), ['/a is no directory in the image'])
  t.is(deltaOf(given).at(-1), 'file /a/b/a 644 0:0 a')
})

const many = (count: number, prefix: string): Entries =>
  Object.fromEntries(Array.from({length: count}, (_, index) => [`${prefix}${index}`, 'x']))

test('asks for the top of a new directory alone where much is new, and wants nothing there', (t) => {
  const given = {lines: 'COPY . .', before: {b: ''}, after: {b: '', ...many(100, 'new/')}}
  const plan = planOf(given)
  t.deepEqual(typeof plan === 'string' ? plan : plan.needs.below, ['/app/new'])
  t.is(deltaOf(given).length, 102)
  t.deepEqual(deltaOf({...given, below: {'/app/new': {}}}), ['/app/new is also in the image underneath'])
})

test('builds so many changes in full', (t) => {
  const before = {b: ''}
  t.deepEqual(deltaOf({lines: 'COPY . .', before, after: {b: '', ...many(65, 'a')}}), [
    'so many changes are built in full',
  ])
  t.deepEqual(deltaOf({lines: 'COPY . .', before, after: {b: '', ...many(2000, 'new/')}}), [
    'so many changes are built in full',
  ])
  t.is(deltaOf({lines: 'COPY . .', before, after: {b: '', ...many(64, 'a')}}).length, 65)
})

test('a directory of any size goes by its top', (t) => {
  t.deepEqual(deltaOf({lines: 'COPY . .', before: {b: '', ...many(5000, 'old/')}, after: {b: ''}}), [
    app,
    'whiteout /app/old',
  ])
})

test('asks what a destination is where one answer changes nothing and the other can’t be known', (t) => {
  const given = {lines: 'COPY .wh.a /x\nCOPY b /x', before: {'.wh.a': '1', b: ''}, after: {'.wh.a': '2', b: ''}}
  t.deepEqual(deltaOf({...given, anchor: {'/x': {kind: 'file'}}}), [])
  t.deepEqual(deltaOf({...given, anchor: {'/x': {kind: 'directory'}}}), [
    '/x/.wh.a has a name that layers use themselves',
  ])
})

test('is sure of some destinations that are files while others are directories only where all was asked for', (t) => {
  const given = {lines: 'COPY a /x\nCOPY a /y', before: {a: '1'}, after: {a: '2'}}
  const anchor = {'/x': {kind: 'directory'}, '/y': {kind: 'file'}} as const
  t.deepEqual(deltaOf({...given, anchor}), ['file /y 644 0:0 a', 'directory /x 755 0:0', 'file /x/a 644 0:0 a'])
})
