import {lstat, readFile, readdir, readlink, writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {isImmError} from '../../../src/errors.ts'
import {checkOut, removeCheckOut} from '../../../src/source/repository/check-out.ts'
import {openRepository} from '../../../src/source/repository/open.ts'
import {addTree, never} from '../tree.ts'
import {digestOf} from './digest.ts'
import {gitIn, makeRepository, temporary} from './git.ts'

test('holds what a clean clone holds: modes, links, line endings, and what is kept out of archives', async (t) => {
  const made = await makeRepository(t, {
    '.gitattributes': '*.bat text eol=crlf\nsecret.txt export-ignore\nversion export-subst\n',
    'run.sh': {text: '#!/bin/sh\n', mode: 0o755},
    'run.bat': 'echo\r\n',
    'secret.txt': 'kept',
    version: '$Format:%H$',
    link: {link: 'src/a'},
    'src/a': 'a',
    'src/ü €': 'b',
    '-option': 'c',
  })
  const commit = await made.git('rev-parse', 'HEAD')
  const repository = await openRepository(made.directory, never)
  t.deepEqual(await checkOut(repository, commit, made.beside, never), {warnings: []})
  const at = (file: string) => path.join(made.beside, file)
  t.is(await readFile(at('run.bat'), 'utf8'), 'echo\r\n')
  t.is(await readFile(at('secret.txt'), 'utf8'), 'kept')
  t.is(await readFile(at('version'), 'utf8'), '$Format:%H$')
  t.is(await readlink(at('link')), 'src/a')
  t.is((await lstat(at('run.sh'))).mode & 0o111, 0o111)
  const clone = path.join(await temporary(t), 'clone')
  await gitIn(made.directory, 'clone', '--quiet', '.', clone)
  t.is(await digestOf(made.beside), await digestOf(clone))
})

test('another commit changes what differs, and removes what is gone and what was never there', async (t) => {
  const made = await makeRepository(t, {same: 'same', 'src/a': 'a', 'src/b': 'b', kind: 'a file'})
  const first = await made.git('rev-parse', 'HEAD')
  await made.git('rm', '-q', 'kind', 'src/b')
  const second = await made.commit({'kind/now': 'a directory', 'src/a': 'A'})
  const repository = await openRepository(made.directory, never)
  await checkOut(repository, first, made.beside, never)
  const {ino, ctimeMs} = await lstat(path.join(made.beside, 'same'))
  await addTree(made.beside, {stray: 'x', 'nested/.git/HEAD': 'ref: refs/heads/x\n', '.git/HEAD': 'x', empty: null})
  await writeFile(path.join(made.beside, 'src/a'), 'changed by somebody')
  await checkOut(repository, second, made.beside, never)
  t.deepEqual(
    (await readdir(made.beside, {recursive: true})).toSorted(),
    ['Dockerfile', 'kind', 'kind/now', 'same', 'src', 'src/a'].filter((name) => name !== 'Dockerfile'),
  )
  t.is(await readFile(path.join(made.beside, 'src/a'), 'utf8'), 'A')
  const after = await lstat(path.join(made.beside, 'same'))
  t.deepEqual([after.ino, after.ctimeMs], [ino, ctimeMs], 'not written again')
  await checkOut(repository, first, made.beside, never)
  t.is(await readFile(path.join(made.beside, 'kind'), 'utf8'), 'a file')
})

test('nothing of the repository is touched: head, index, working tree, list of worktrees, refs', async (t) => {
  const made = await makeRepository(t, {a: 'a'})
  const other = await made.commit({a: 'b'})
  await made.git('checkout', '-q', '-b', 'work')
  await addTree(made.directory, {a: 'not committed', staged: 'x'})
  await made.git('add', 'staged')
  const index = async () => (await lstat(path.join(made.directory, '.git', 'index'))).mtimeMs
  const state = async () =>
    Promise.all([
      made.git('status', '--porcelain=v2', '--branch'),
      made.git('worktree', 'list'),
      made.git('for-each-ref'),
      readdir(path.join(made.directory, '.git')),
    ])
  const before = await state()
  const written = await index()
  await checkOut(await openRepository(made.directory, never), other, made.beside, never)
  t.is(await index(), written)
  t.deepEqual(await state(), before)
  t.is(await readFile(path.join(made.directory, 'a'), 'utf8'), 'not committed')
})

test('a file is written again when attributes or settings change its line endings, though its blob is the same', async (t) => {
  const made = await makeRepository(t, {'.gitattributes': '* text', a: 'one\n'})
  const first = await made.git('rev-parse', 'HEAD')
  const second = await made.commit({'.gitattributes': '* text eol=crlf'})
  const repository = await openRepository(made.directory, never)
  const content = async (commit: string) => {
    await checkOut(repository, commit, made.beside, never)
    return readFile(path.join(made.beside, 'a'), 'utf8')
  }
  t.is(await content(first), 'one\n')
  t.is(await content(second), 'one\r\n')
  t.is(await content(first), 'one\n')
  await made.git('config', 'core.eol', 'crlf')
  t.is(await content(first), 'one\r\n')
})

test.serial('hooks, a sparse checkout and variables of another repository change nothing', async (t) => {
  const made = await makeRepository(t, {'in/a': 'a', 'out/b': 'b'})
  const commit = await made.git('rev-parse', 'HEAD')
  await made.git('sparse-checkout', 'set', 'in')
  const mark = path.join(made.directory, 'ran')
  for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction'])
    await addTree(made.directory, {[`.git/hooks/${hook}`]: {text: `#!/bin/sh\ntouch ${mark}\n`, mode: 0o755}})
  process.env['GIT_DIR'] = '/nowhere'
  process.env['GIT_INDEX_FILE'] = '/nowhere/index'
  t.teardown(() => {
    delete process.env['GIT_DIR']
    delete process.env['GIT_INDEX_FILE']
  })
  await checkOut(await openRepository(made.directory, never), commit, made.beside, never)
  t.deepEqual((await readdir(made.beside)).toSorted(), ['in', 'out'])
  await t.throwsAsync(lstat(mark))
})

test('a commit that is not there fails, and so does a file that git cannot write; the next one repairs it', async (t) => {
  const made = await makeRepository(t, {'.gitattributes': 'b filter=broken', a: 'a', b: 'b', c: 'c'})
  const commit = await made.git('rev-parse', 'HEAD')
  const repository = await openRepository(made.directory, never)
  const fails = async (wanted: string) => {
    const error = await t.throwsAsync(checkOut(repository, wanted, made.beside, never))
    t.true(isImmError(error, 'CHECKOUT_FAILED'), error.message)
    return isImmError(error) ? error.output.join('\n') : ''
  }
  await fails('0'.repeat(40))
  await fails('--help')
  await made.git('config', 'filter.broken.smudge', 'false')
  await made.git('config', 'filter.broken.required', 'true')
  t.regex(await fails(commit), /smudge filter broken failed/)
  await made.git('config', 'filter.broken.smudge', 'cat')
  await checkOut(repository, commit, made.beside, never)
  t.deepEqual((await readdir(made.beside)).toSorted(), ['.gitattributes', 'a', 'b', 'c'])
})

test('removing a checkout leaves nothing of it', async (t) => {
  const made = await makeRepository(t, {a: 'a'})
  const repository = await openRepository(made.directory, never)
  const place = path.join(made.beside, 'shop', 'feature')
  await checkOut(repository, await made.git('rev-parse', 'HEAD'), place, never)
  await removeCheckOut(place)
  t.deepEqual(await readdir(path.dirname(place)), [])
  await removeCheckOut(place)
})
