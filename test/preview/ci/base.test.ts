import {mkdtempDisposable, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'

import type {Image} from '../../../src/lifecycle/ports.ts'
import {baseOf, imageOfCommit, toCiImage} from '../../../src/preview/ci/base.ts'

const signal = AbortSignal.timeout(60_000)
const commit = 'a'.repeat(40)

test('GitHub Actions: the base is a variable, and its commit is in the event', async (t) => {
  await using place = await mkdtempDisposable(path.join(tmpdir(), 'imm-ci-'))
  const file = path.join(place.path, 'event.json')
  const env = {GITHUB_ACTIONS: 'true', GITHUB_BASE_REF: 'main', GITHUB_EVENT_PATH: file}
  t.deepEqual(await baseOf(env, signal), {ref: 'main', commit: undefined}, 'no file')
  for (const [text, expected] of [
    [JSON.stringify({pull_request: {base: {sha: commit}}}), commit],
    [JSON.stringify({pull_request: {base: {sha: '--upload-pack=x'}}}), undefined],
    [JSON.stringify({head_commit: {}}), undefined],
    ['{', undefined],
  ] as const) {
    await writeFile(file, text)
    t.deepEqual(await baseOf(env, signal), {ref: 'main', commit: expected}, text)
  }
})

test('GitLab CI says both, and Jenkins the branch', async (t) => {
  const gitlab = {CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main', CI_MERGE_REQUEST_DIFF_BASE_SHA: commit}
  t.deepEqual(await baseOf({GITLAB_CI: 'true', ...gitlab}, signal), {ref: 'main', commit})
  const jenkins = {JENKINS_URL: 'https://ci.example/', BUILD_NUMBER: '1', CHANGE_TARGET: 'main'}
  t.deepEqual(await baseOf(jenkins, signal), {ref: 'main', commit: undefined})
})

test('a job about no request has no base', async (t) => {
  for (const env of [{}, {GITHUB_ACTIONS: 'true', GITHUB_BASE_REF: ''}, {GITLAB_CI: 'true'}])
    t.is(await baseOf(env, signal), undefined)
})

const image = (id: string, createdMs: number, revision?: string): Image => ({
  id,
  references: [],
  labels: revision === undefined ? {} : {'org.opencontainers.image.revision': revision},
  exposedPorts: [],
  hasHealthcheck: false,
  createdMs,
  sizeBytes: 10,
  layers: ['sha256:1'],
  workingDir: '/',
  env: {},
  onBuild: [],
})

test('of the images of a commit the newest counts, and none of another', (t) => {
  const images = [image('old', 1, commit), image('new', 3, commit), image('other', 5, 'b'.repeat(40)), image('none', 7)]
  t.is(imageOfCommit(images, commit)?.id, 'new')
  t.is(imageOfCommit(images, 'c'.repeat(40)), undefined)
  t.deepEqual(toCiImage(image('new', 3)), {id: 'new', bytes: 10, layers: ['sha256:1']})
})
