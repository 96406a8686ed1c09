import test from 'ava'

import {isImmError} from '../../src/errors.ts'
import {patterns, readIgnoreRules} from '../../src/source/ignore.ts'
import {makeTree, never} from './tree.ts'

const ignored = test.macro({
  exec: (t, lines: string, out: readonly string[], inside: readonly string[]) => {
    const rules = patterns(lines.split('\n'))
    t.deepEqual(
      out.filter((file) => !rules.ignores(file)),
      [],
    )
    t.deepEqual(
      inside.filter((file) => rules.ignores(file)),
      [],
    )
  },
  title: (_given, lines) => `${JSON.stringify(lines)} means what it means to Docker`,
})

test(ignored, '*\n!src', ['a', 'docs', 'docs/b'], ['src', 'src/a.ts', 'src/deep/b'])
test(ignored, '/build/', ['build', 'build/x'], ['src/build', 'builds'])
test(ignored, '**/*.log', ['a.log', 'x/y/a.log'], ['log', 'a.logs'])
test(ignored, '**/temp', ['temp', 'a/temp', 'a/b/temp/c'], ['a/temps'])
test(ignored, 'a?c', ['abc', 'abc/x'], ['ac', 'a/c'])
test(ignored, 'README.md', ['README.md'], ['readme.md', 'READMEXmd', 'docs/README.md'])
test(ignored, '#a\n #b\n\n  c  ', ['c', '#b'], ['#a', 'a'])
test(ignored, 'a\n!a/keep\n', ['a', 'a/b'], ['a/keep', 'a/keep/c'])
test(ignored, '!a/keep\na', ['a', 'a/keep'], [])
test(ignored, 'file(1)+{2}|3', ['file(1)+{2}|3'], ['file1', '3'])
test(ignored, '*.[ch]', ['x.c', 'y.h'], ['z.o'])
test(ignored, './x\ny/../z', ['x', 'z'], ['y'])
test(ignored, '**\n!**/*.ts', ['a', 'src/b.js'], ['a.ts', 'src/deep/b.ts'])

test('names that every JavaScript object knows are files like others', (t) => {
  const rules = patterns(['constructor', 'toString'])
  t.true(rules.ignores('constructor'))
  t.true(rules.ignores('toString'))
  t.false(patterns([]).ignores('constructor'))
})

test('what git and imm keep for themselves is always outside', (t) => {
  const rules = patterns(['!.git', '!.imm'])
  for (const file of ['.git', '.git/HEAD', 'module/.git', '.imm', '.imm/state.json']) t.true(rules.ignores(file))
  t.true(rules.prunes('.git'))
  t.false(rules.ignores('.github/workflows/a.yaml'))
  t.false(rules.ignores('.gitignore'))
})

test('an ignored directory is walked only where an exception can match inside', (t) => {
  t.true(patterns(['node_modules']).prunes('node_modules'))
  t.true(patterns(['*', '!src']).prunes('docs'))
  t.false(patterns(['*', '!src/app/main.ts']).prunes('src'))
  t.false(patterns(['*', '!src/app/main.ts']).prunes('src/app'))
  t.true(patterns(['*', '!src/app/main.ts']).prunes('src/web'))
  t.false(patterns(['*', '!s*/app']).prunes('src'))
  t.true(patterns(['*', '!s*/app']).prunes('docs'))
  t.false(patterns(['node_modules', '!**/keep.txt']).prunes('node_modules'))
  t.true(patterns(['src/generated', '!src']).prunes('src/generated'))
})

test('a byte order mark and Windows line ends are no part of a pattern', async (t) => {
  const context = await makeTree(t, {'.dockerignore': '\uFEFFa\r\nb/\r\n!b/c\r\n'})
  const rules = await readIgnoreRules({context, dockerfile: 'Dockerfile'}, 'refuse', never)
  t.deepEqual(
    ['a', 'b', 'b/x', 'b/c', 'c'].map((file) => rules.ignores(file)),
    [true, true, true, false, false],
  )
})

test('the ignore file of the Dockerfile wins over the one of the context', async (t) => {
  const context = await makeTree(t, {
    '.dockerignore': 'a',
    'deploy/Web.dockerignore': 'b',
    'deploy/Web': 'FROM scratch',
  })
  const rules = await readIgnoreRules({context, dockerfile: 'deploy/Web'}, 'refuse', never)
  t.is(rules.file, 'deploy/Web.dockerignore')
  t.false(rules.ignores('a'))
  t.true(rules.ignores('b'))
})

test('a malformed pattern is named by file and line', async (t) => {
  const context = await makeTree(t, {'.dockerignore': 'a\n\n[b\n'})
  const place = {context, dockerfile: 'Dockerfile'}
  const error = await t.throwsAsync(readIgnoreRules(place, 'refuse', never))
  t.true(isImmError(error, 'CONFIG_INVALID'))
  t.regex(error.message, /^\.dockerignore:3: the pattern "\[b"/)
  const lenient = await readIgnoreRules(place, 'leave out', never)
  t.true(lenient.ignores('a'))
})
