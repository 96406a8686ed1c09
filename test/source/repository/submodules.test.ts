import {lstat, readFile, readdir} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {checkOut} from '../../../src/source/repository/check-out.ts'
import {openMirror} from '../../../src/source/repository/mirror.ts'
import {openRepository} from '../../../src/source/repository/open.ts'
import {relativeAddress} from '../../../src/source/repository/url.ts'
import {addTree, never} from '../tree.ts'
import {digestOf} from './digest.ts'
import {gitIn, makeRepository, temporary} from './git.ts'

const filesOf = async (directory: string) => (await readdir(directory, {recursive: true})).toSorted()

test('submodules, and those in them, hold their commits as in a clone of all', async (t) => {
  const inner = await makeRepository(t, {i: 'inner'}, 'inner')
  const library = await makeRepository(t, {l: 'one'}, 'library')
  await library.git('submodule', 'add', '-q', inner.directory, 'deep')
  await library.commit({}, 'with inner')
  const made = await makeRepository(t, {a: 'a'})
  await made.git('submodule', 'add', '-q', library.directory, 'vendor/lib ü')
  await made.git('submodule', 'update', '-q', '--init', '--recursive')
  const first = await made.commit({}, 'with library')
  const newer = await library.commit({l: 'two'})
  await gitIn(path.join(made.directory, 'vendor/lib ü'), 'pull', '-q', '--ff-only')
  const second = await made.commit({}, 'newer library')
  const repository = await openRepository(made.directory, never)
  t.deepEqual(await checkOut(repository, first, made.beside, never), {warnings: []})
  const whole = [
    '.gitmodules',
    'a',
    'vendor',
    'vendor/lib ü',
    'vendor/lib ü/.gitmodules',
    'vendor/lib ü/deep',
    'vendor/lib ü/deep/i',
    'vendor/lib ü/l',
  ]
  t.deepEqual(await filesOf(made.beside), whole)
  t.is(await readFile(path.join(made.beside, 'vendor/lib ü/l'), 'utf8'), 'one')
  const clone = path.join(await temporary(t), 'clone')
  await gitIn(made.directory, 'clone', '-q', '--recurse-submodules', '.', clone)
  await addTree(made.beside, {'vendor/lib ü/stray': 'x'})
  t.deepEqual(await checkOut(repository, second, made.beside, never), {warnings: []})
  t.deepEqual(await filesOf(made.beside), whole)
  t.is(await readFile(path.join(made.beside, 'vendor/lib ü/l'), 'utf8'), 'two', newer)
  t.is(await digestOf(made.beside), await digestOf(clone))
})

test('a submodule that becomes a directory, or a file, or is gone leaves nothing', async (t) => {
  const library = await makeRepository(t, {l: 'one'}, 'library')
  const made = await makeRepository(t, {a: 'a'})
  const plain = await made.commit({lib: 'a file'})
  const gone = await made.git('rev-parse', 'HEAD~1')
  await made.git('rm', '-q', 'lib')
  const directory = await made.commit({'lib/own': 'own'})
  await made.git('rm', '-q', '-r', 'lib')
  await made.git('submodule', 'add', '-q', library.directory, 'lib')
  const submodule = await made.commit()
  const repository = await openRepository(made.directory, never)
  const after = async (commit: string) => {
    t.deepEqual(await checkOut(repository, commit, made.beside, never), {warnings: []})
    return filesOf(made.beside)
  }
  const whole = ['.gitmodules', 'a', 'lib', 'lib/l']
  t.deepEqual(await after(submodule), whole)
  t.deepEqual(await after(directory), ['a', 'lib', 'lib/own'])
  t.deepEqual(await after(submodule), whole)
  t.deepEqual(await after(plain), ['a', 'lib'])
  t.deepEqual(await after(submodule), whole)
  t.deepEqual(await after(gone), ['a'])
})

test('a submodule that is not here is empty and named with what gets it, also where an older commit of it was', async (t) => {
  const library = await makeRepository(t, {l: 'one'}, 'library')
  const made = await makeRepository(t, {a: 'a'})
  await made.git('submodule', 'add', '-q', library.directory, 'lib')
  const first = await made.commit()
  const unknown = await library.commit({l: 'two'})
  await made.git('update-index', '--cacheinfo', `160000,${unknown},lib`)
  await made.git('commit', '-q', '-m', 'newer')
  const second = await made.git('rev-parse', 'HEAD')
  const repository = await openRepository(made.directory, never)
  await checkOut(repository, first, made.beside, never)
  const {warnings} = await checkOut(repository, second, made.beside, never)
  t.is(warnings.length, 1)
  t.regex(warnings[0] ?? '', /^The submodule lib is empty: .*git submodule update --init/)
  t.deepEqual(await filesOf(made.beside), ['.gitmodules', 'a', 'lib'])
})

test('a submodule whose name leads out of the repository is not followed', async (t) => {
  const made = await makeRepository(t, {a: 'a'})
  const evil = await makeRepository(t, {evil: 'x'}, 'evil')
  const commit = await evil.git('rev-parse', 'HEAD')
  const name = path.relative(path.join(made.directory, '.git', 'modules'), path.join(evil.directory, '.git'))
  await made.commit({'.gitmodules': `[submodule "${name}"]\n\tpath = lib\n\turl = ./x\n`})
  await made.git('update-index', '--add', '--cacheinfo', `160000,${commit},lib`)
  await made.git('commit', '-q', '-m', 'evil')
  const repository = await openRepository(made.directory, never)
  const {warnings} = await checkOut(repository, await made.git('rev-parse', 'HEAD'), made.beside, never)
  t.is(warnings.length, 1)
  await t.throwsAsync(lstat(path.join(made.beside, 'lib', 'evil')))
})

test.serial('a mirror gets submodules from where they come from, unless git would not go there', async (t) => {
  const library = await makeRepository(t, {l: 'one'}, 'library')
  const made = await makeRepository(t, {a: 'a'})
  await made.git('submodule', 'add', '-q', library.directory, 'lib')
  const commit = await made.commit()
  const mirror = await openMirror(made.directory, await temporary(t), never)
  const refused = await checkOut(mirror, commit, made.beside, never)
  t.regex(refused.warnings.join(), /The submodule lib is empty: .*transport 'file' not allowed/)
  process.env['GIT_ALLOW_PROTOCOL'] = 'file'
  t.teardown(() => delete process.env['GIT_ALLOW_PROTOCOL'])
  t.deepEqual(await checkOut(mirror, commit, made.beside, never), {warnings: []})
  t.deepEqual(await filesOf(made.beside), ['.gitmodules', 'a', 'lib', 'lib/l'])
  // It was not in the mirror of the library when that was made.
  await library.commit({l: 'two'})
  await gitIn(path.join(made.directory, 'lib'), 'pull', '-q', '--ff-only')
  const second = await made.commit()
  const {fetchMirror} = await import('../../../src/source/repository/mirror.ts')
  await fetchMirror(mirror, never)
  t.deepEqual(await checkOut(mirror, second, made.beside, never), {warnings: []})
  t.is(await readFile(path.join(made.beside, 'lib', 'l'), 'utf8'), 'two')
})

const of = (url: string, parent = 'https://example.org/team/shop.git') => relativeAddress(parent, url)

test('an address that begins with dots is beside its parent', (t) => {
  t.is(of('../lib.git'), 'https://example.org/team/lib.git')
  t.is(of('../../other/lib.git'), 'https://example.org/other/lib.git')
  t.is(of('./lib.git'), 'https://example.org/team/shop.git/lib.git')
  t.is(of('../lib.git', 'git@example.org:team/shop.git'), 'git@example.org:team/lib.git')
  t.is(of('../lib.git', 'git@example.org:shop.git'), 'git@example.org:lib.git')
  t.is(of('https://example.com/x'), 'https://example.com/x')
})
