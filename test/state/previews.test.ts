import {mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import {
  claimEnvironment,
  listPreviews,
  readPreview,
  removePreview,
  savePreview,
  type PreviewRecord,
} from '../../src/state/previews.ts'

const temporary = async (t: ExecutionContext) => {
  const home = await mkdtemp(path.join(tmpdir(), 'imm-previews-'))
  t.teardown(async () => rm(home, {recursive: true, force: true}))
  return home
}

const id = {project: 'shop', environment: 'feature-x'}

const record = (more: Partial<PreviewRecord> = {}): PreviewRecord => ({
  ...id,
  ref: 'refs/heads/feature/x',
  name: 'feature/x',
  kind: 'branch',
  commit: '3fa9c1e',
  author: 'Ada',
  subject: 'Add x',
  committedMs: 1000,
  repository: '/repo/.git',
  directory: '/home/checkouts/shop/feature-x',
  createdMs: 2000,
  updatedMs: 3000,
  pinned: false,
  apps: ['app'],
  rest: {pauseMs: 1, idleMs: 2},
  resting: 'awake',
  usedMs: 0,
  hooks: {created: ['./announce.sh']},
  access: 'open',
  ...more,
})

const branch = (name: string) => ({ref: `refs/heads/${name}`, name})

test('a record is read as it was saved, and only by its owner', async (t) => {
  const home = await temporary(t)
  const saved = record({
    origin: 'https://example.test/shop.git',
    tried: {commit: '3fa9c1e', outcome: 'rejected', code: 'UNHEALTHY', message: 'no answer'},
  })
  await savePreview(home, saved)
  t.deepEqual(await readPreview(home, id), saved)
  const file = path.join(home, 'previews', 'shop', 'feature-x.json')
  t.is((await stat(file)).mode & 0o777, 0o600)
  t.is((await stat(path.dirname(file))).mode & 0o777, 0o700)
  t.deepEqual(await readdir(path.dirname(file)), ['feature-x.json'])
})

const idsOf = (list: readonly PreviewRecord[]) => list.map((one) => `${one.project}/${one.environment}`)

test('all records are listed, or those of one project', async (t) => {
  const home = await temporary(t)
  t.deepEqual(await listPreviews(home), [])
  for (const [project, environment] of [
    ['shop', 'b'],
    ['shop', 'a'],
    ['blog', 'a'],
  ] as const)
    await savePreview(home, record({project, environment}))
  t.deepEqual(idsOf(await listPreviews(home)), ['blog/a', 'shop/a', 'shop/b'])
  t.deepEqual(idsOf(await listPreviews(home, 'shop')), ['shop/a', 'shop/b'])
})

test('a file that makes no sense is set aside, and stops nothing', async (t) => {
  const home = await temporary(t)
  await savePreview(home, record())
  const directory = path.join(home, 'previews', 'shop')
  await writeFile(path.join(directory, 'broken.json'), '{"project": "shop"')
  await writeFile(path.join(directory, 'old.json'), '{"project": "shop", "environment": "old"}')
  await writeFile(path.join(directory, 'moved.json'), await readFile(path.join(directory, 'feature-x.json')))
  t.deepEqual(
    (await listPreviews(home)).map(({environment}) => environment),
    ['feature-x'],
  )
  t.deepEqual((await readdir(directory)).toSorted(), [
    'broken.json.unreadable',
    'feature-x.json',
    'moved.json.unreadable',
    'old.json.unreadable',
  ])
})

test('keys of a newer imm are passed over', async (t) => {
  const home = await temporary(t)
  await savePreview(home, {...record(), later: true} as PreviewRecord)
  t.deepEqual(await readPreview(home, id), record())
})

test('a ref keeps its environment, also when the name that it would have had is free again', async (t) => {
  const home = await temporary(t)
  const first = await claimEnvironment(home, 'shop', branch('feature/x'))
  const second = await claimEnvironment(home, 'shop', branch('feature-x'))
  t.is(first, 'feature-x')
  t.regex(second, /^feature-x-[0-9a-f]{4}$/)
  t.is(await claimEnvironment(home, 'shop', branch('feature/x')), first)
  await removePreview(home, {project: 'shop', environment: first})
  t.is(await claimEnvironment(home, 'shop', branch('feature-x')), second)
  t.is(await claimEnvironment(home, 'blog', branch('feature-x')), 'feature-x', 'other projects have their own')
})

test('an environment that something else is in is left to it', async (t) => {
  const home = await temporary(t)
  const environment = await claimEnvironment(home, 'shop', branch('demo'), (one) => one === 'demo')
  t.regex(environment, /^demo-[0-9a-f]{4}$/)
})

test('of many that ask at once, each ref gets one environment and no two the same', async (t) => {
  const home = await temporary(t)
  const names = ['a/b', 'a-b', 'a_b', 'a.b', 'A/b', 'a+b']
  const asked = [...names, ...names, ...names]
  const got = await Promise.all(asked.map(async (name) => claimEnvironment(home, 'shop', branch(name))))
  const byName = new Map(asked.map((name, at) => [name, got[at]]))
  t.is(new Set(got).size, names.length)
  for (const [at, name] of asked.entries()) t.is(got[at], byName.get(name))
})

test('nothing is left of a project whose last preview was removed', async (t) => {
  const home = await temporary(t)
  await claimEnvironment(home, 'shop', branch('feature/x'))
  await savePreview(home, record())
  await removePreview(home, id)
  await removePreview(home, id)
  t.deepEqual(await readdir(path.join(home, 'previews')), [])
  t.is(await readPreview(home, id), undefined)
})
