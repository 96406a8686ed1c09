import {mkdir, symlink} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {savePreview, type PreviewRecord} from '../../../src/state/previews.ts'
import {previewsNamed} from '../../../src/wiring/preview/find.ts'
import {openLocal} from '../../../src/wiring/preview/open-source.ts'
import {projectOfRepository} from '../../../src/wiring/preview/project.ts'
import {servePlace} from '../../../src/wiring/preview/serve-place.ts'
import {placeInCheckout, subdirectoryOf} from '../../../src/wiring/preview/subdirectory.ts'
import {makeRepository} from '../../source/repository/git.ts'

const signal = AbortSignal.timeout(60_000)
const tree = {
  'packages/web/Dockerfile': 'FROM scratch',
  'packages/web/src/index.js': '',
  'packages/db/compose.yaml': 'services: {}',
  'packages/api/Dockerfile': 'FROM scratch',
  'packages/api/imm.yaml': 'project: api-of-shop',
  'docs/index.md': '',
}

test('the nearest directory that is a project is meant, or else the root', async (t) => {
  const {directory} = await makeRepository(t, tree)
  const meant = async (place: string) => subdirectoryOf(path.join(directory, place), signal)
  t.is(await meant('packages/web'), 'packages/web')
  t.is(await meant('packages/web/src'), 'packages/web')
  t.is(await meant('packages/api'), 'packages/api')
  t.is(await meant('packages/db'), 'packages/db')
  t.is(await meant('docs'), undefined)
  t.is(await meant('.'), undefined)
})

test('it has a project, a name and a serve of its own', async (t) => {
  const {directory, beside} = await makeRepository(t, tree)
  const paths = {home: beside, runtime: path.join(beside, 'run')}
  const web = await openLocal(path.join(directory, 'packages', 'web'), signal)
  const api = await openLocal(path.join(directory, 'packages', 'api'), signal)
  const root = await openLocal(directory, signal)
  t.is(web.gitDir, root.gitDir)
  const projectOf = async (one: typeof web) => projectOfRepository(one, paths, async () => false, signal)
  t.deepEqual([await projectOf(web), await projectOf(api), await projectOf(root)], ['web', 'api-of-shop', 'shop'])
  t.is(new Set([web, api, root].map((one) => servePlace(paths, one).socket)).size, 3)
})

test('what a commit has there leads nowhere else', async (t) => {
  const {directory, beside} = await makeRepository(t, tree)
  t.is(await placeInCheckout(directory, undefined), directory)
  t.is(await placeInCheckout(directory, 'packages/web'), path.join(directory, 'packages', 'web'))
  await mkdir(beside)
  await symlink(beside, path.join(directory, 'packages', 'out'))
  const error = {code: 'PROJECT_NOT_FOUND'}
  await t.throwsAsync(placeInCheckout(directory, 'packages/out'), error)
  await t.throwsAsync(placeInCheckout(directory, 'packages/none'), error)
})

test('a name means a preview of the own project, or of one that is around it, and never of one beside it', async (t) => {
  const {directory, beside: home} = await makeRepository(t, tree)
  const {gitDir} = await openLocal(directory, signal)
  const save = async (project: string, name: string, subdirectory?: string) =>
    savePreview(home, recordOf(gitDir, project, name, subdirectory))
  await save('api', 'x', 'packages/api')
  await save('api', 'y', 'packages/api')
  await save('shop', 'z')
  await save('web', 'x', 'packages/web')
  const projectsOf = async (place: string, ...names: string[]) =>
    (await previewsNamed(names, path.join(directory, place), {home}, signal)).map(({project}) => project)
  t.deepEqual(await projectsOf('packages/web', 'x', 'z'), ['web', 'shop'])
  t.deepEqual(await projectsOf('packages/api', 'x', 'y'), ['api', 'api'])
  t.deepEqual(await projectsOf('.', 'z', 'y'), ['shop', 'api'])
  await t.throwsAsync(projectsOf('packages/web', 'y'), {code: 'PREVIEW_NOT_FOUND'})
})

const recordOf = (gitDir: string, project: string, name: string, subdirectory?: string): PreviewRecord => ({
  project,
  environment: name,
  ref: `refs/heads/${name}`,
  name,
  kind: 'branch',
  commit: '3fa9c1e',
  author: 'Ada',
  subject: 'Add it',
  committedMs: 0,
  repository: gitDir,
  ...(subdirectory === undefined ? {} : {subdirectory}),
  directory: `/checkouts/${project}/${name}`,
  createdMs: 0,
  updatedMs: 0,
  pinned: false,
  apps: [],
  rest: {},
  resting: 'awake',
  usedMs: 0,
  hooks: {},
  access: 'open',
})
