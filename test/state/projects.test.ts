import {mkdir, rename, rm, symlink, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

import test from 'ava'
import {execa} from 'execa'

import {claimProject} from '../../src/state/projects.ts'
import type {Claim} from '../../src/state/projects.ts'
import {temporaryProject} from '../config/project.ts'

const places = async (...names: string[]) => {
  const root = await temporaryProject()
  for (const name of names) await mkdir(path.join(root.directory, name), {recursive: true})
  const home = path.join(root.directory, 'home')
  return {
    home,
    at: (name: string) => path.join(root.directory, name),
    claim: (name: string, slug = 'shop') =>
      claimProject({home, slug, directory: path.join(root.directory, name), signal: AbortSignal.timeout(20_000)}),
    [Symbol.asyncDispose]: () => root[Symbol.asyncDispose](),
  }
}

test('gives a name to the first directory, and to it again', async (t) => {
  await using here = await places('a')
  t.deepEqual(await here.claim('a'), {slug: 'shop', renamed: false})
  t.deepEqual(await here.claim('a'), {slug: 'shop', renamed: false})
})

test('gives another directory a name of its own, the same one each time', async (t) => {
  await using here = await places('a', 'b', 'c')
  await here.claim('a')
  const b = await here.claim('b')
  t.regex(b.slug, /^shop-[0-9a-f]{4}$/)
  t.like(b, {renamed: true, claimedBy: here.at('a')})
  t.deepEqual(await here.claim('b'), b)
  t.not((await here.claim('c')).slug, b.slug)
})

test('lets one directory have several names', async (t) => {
  await using here = await places('a')
  t.like(await here.claim('a', 'one'), {slug: 'one'})
  t.like(await here.claim('a', 'two'), {slug: 'two'})
})

test('knows a directory by its real path', async (t) => {
  await using here = await places('a')
  await symlink(here.at('a'), here.at('link'))
  await here.claim('a')
  t.deepEqual(await here.claim('link'), {slug: 'shop', renamed: false})
})

test('takes over the name of a directory that is gone', async (t) => {
  await using here = await places('a', 'b')
  await here.claim('a')
  await rename(here.at('a'), here.at('moved'))
  t.deepEqual(await here.claim('moved'), {slug: 'shop', renamed: false})
  t.like(await here.claim('b'), {renamed: true, claimedBy: here.at('moved')})
})

test('leaves a directory its other name when the first owner is gone', async (t) => {
  await using here = await places('a', 'b')
  await here.claim('a')
  const b = await here.claim('b')
  await rm(here.at('a'), {recursive: true})
  t.is((await here.claim('b')).slug, b.slug)
})

test('tells a worktree from its repository', async (t) => {
  await using here = await places('repository')
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {cwd: here.at('repository')})
  await git('init', '-q')
  await git('commit', '-q', '--allow-empty', '-m', 'first')
  await git('worktree', 'add', '-q', here.at('worktree'))
  t.false((await here.claim('repository')).renamed)
  t.true((await here.claim('worktree')).renamed)
})

test('goes on where a claim is spoiled', async (t) => {
  await using here = await places('a', 'b')
  await here.claim('a')
  await writeFile(path.join(here.home, 'projects', 'shop', '1.json'), '{"dir')
  t.deepEqual(await here.claim('b'), {slug: 'shop', renamed: false})
})

test('uses more of the digest where even the short name is taken', async (t) => {
  await using here = await places('a', 'b', 'c')
  await here.claim('a')
  const {slug} = await here.claim('b')
  await rm(path.join(here.home, 'projects', slug), {recursive: true})
  await here.claim('c', slug)
  const longer = await here.claim('b')
  t.true(longer.slug.startsWith(slug))
  t.regex(longer.slug, /^shop-[0-9a-f]{8}$/)
  t.deepEqual(await here.claim('b'), longer)
})

test('gives one name to one of many processes, also when they take it over', async (t) => {
  const names = ['a', 'b', 'c', 'd']
  await using here = await places('gone', ...names)
  const script = fileURLToPath(new URL('claim.ts', import.meta.url))
  await here.claim('gone')
  await rm(here.at('gone'), {recursive: true})
  const claims = await Promise.all(
    names.map(async (name) => {
      const {stdout} = await execa(process.execPath, [script, here.home, 'shop', here.at(name)])
      return JSON.parse(stdout) as Claim
    }),
  )
  t.is(claims.filter(({renamed}) => !renamed).length, 1)
  t.is(new Set(claims.map(({slug}) => slug)).size, names.length)
})

test('many claims at once in one process agree as well', async (t) => {
  const names = Array.from({length: 20}, (_, index) => `p${index}`)
  await using here = await places(...names)
  const claims = await Promise.all(names.map((name) => here.claim(name)))
  t.is(claims.filter(({renamed}) => !renamed).length, 1)
  t.is(new Set(claims.map(({slug}) => slug)).size, names.length)
})

test('keeps out of the way of another user of the engine, and stays with the name it took', async (t) => {
  await using here = await places('a')
  const claim = async (isTaken: (slug: string) => Promise<boolean>) =>
    claimProject({
      home: here.home,
      slug: 'shop',
      directory: here.at('a'),
      isTaken,
      signal: AbortSignal.timeout(20_000),
    })
  const renamed = await claim(async (slug) => slug === 'shop')
  t.regex(renamed.slug, /^shop-[0-9a-f]{4}$/)
  t.deepEqual(await claim(async () => false), renamed)
  t.is((await here.claim('a')).slug, renamed.slug)
})

const shortIsTaken = async (slug: string) => slug.length <= 'shop-0000'.length

test('takes a longer name where another user of the engine has the short one as well', async (t) => {
  await using here = await places('a')
  const directory = here.at('a')
  const {slug} = await claimProject({
    home: here.home,
    slug: 'shop',
    directory,
    isTaken: shortIsTaken,
    signal: AbortSignal.timeout(20_000),
  })
  t.regex(slug, /^shop-[0-9a-f]{8}$/)
})
