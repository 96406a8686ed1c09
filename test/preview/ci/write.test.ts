import {mkdir, mkdtempDisposable, readdir, readFile, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'

import {commentBody, summary} from '../../../src/preview/ci/comment.ts'
import {writeCi} from '../../../src/preview/ci/write.ts'
import {openForge} from './forge.ts'
import {liveResult} from './results.ts'

const signal = AbortSignal.timeout(60_000)
const folder = () => mkdtempDisposable(path.join(tmpdir(), 'imm-ci-'))
const tokenFor = (api: string) => ({
  CI_API_V4_URL: api,
  CI_PROJECT_ID: '1',
  CI_MERGE_REQUEST_IID: '7',
  IMM_COMMENT_TOKEN: 'secret',
})
const gitlabAt = (directory: string) => ({GITLAB_CI: 'true', CI_PROJECT_DIR: directory})

test('GitHub Actions get outputs and a summary beside what earlier steps wrote, and the comment as a file', async (t) => {
  await using place = await folder()
  const [output, page] = [path.join(place.path, 'output'), path.join(place.path, 'summary')]
  await writeFile(output, 'earlier=1\n')
  const env = {GITHUB_ACTIONS: 'true', RUNNER_TEMP: place.path, GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: page}
  const written = await writeCi(liveResult, env, signal)
  const comment = path.join(place.path, 'imm-preview.md')
  t.deepEqual(written, {system: 'github', files: [comment], comment: undefined, warnings: []})
  t.is(await readFile(comment, 'utf8'), commentBody(liveResult))
  t.is(await readFile(page, 'utf8'), summary(liveResult))
  const outputs = await readFile(output, 'utf8')
  t.regex(outputs, /^earlier=1\noutcome<<(imm_[\da-f-]{36})\nlive\n\1\nurl<</)
  t.true(outputs.includes(`\n${comment}\n`))
})

test('GitLab CI gets a dotenv report, the same again when it is run twice', async (t) => {
  await using place = await folder()
  const first = await writeCi(liveResult, gitlabAt(place.path), signal)
  const text = await readFile(path.join(place.path, 'imm-preview.env'), 'utf8')
  t.true(text.includes('IMM_PREVIEW_OUTCOME=live\n'))
  t.deepEqual(await writeCi(liveResult, gitlabAt(place.path), signal), first)
  t.is(await readFile(path.join(place.path, 'imm-preview.env'), 'utf8'), text)
  t.deepEqual((await readdir(place.path)).toSorted(), ['imm-preview.env', 'imm-preview.md'])
})

test('Jenkins gets a properties file', async (t) => {
  await using place = await folder()
  const env = {JENKINS_URL: 'https://ci.example/', BUILD_NUMBER: '7', WORKSPACE_TMP: place.path}
  const {files} = await writeCi(liveResult, env, signal)
  t.deepEqual(
    files.map((file) => path.basename(file)),
    ['imm-preview.md', 'imm-preview.properties'],
  )
  t.true((await readFile(files[1] ?? '', 'utf8')).includes(String.raw`IMM_PREVIEW_URL=https\://feature-cart--shop`))
})

test('an unknown system gets the files all the same', async (t) => {
  await using place = await folder()
  const {system, files} = await writeCi(liveResult, {IMM_CI_DIRECTORY: place.path}, signal)
  t.is(system, undefined)
  t.deepEqual(
    files.map((file) => path.basename(file)),
    ['imm-preview.md', 'imm-preview.env'],
  )
})

test('a link that a commit put in the place of a file is replaced and not followed', async (t) => {
  await using place = await folder()
  const outside = path.join(place.path, 'outside')
  const checkout = path.join(place.path, 'checkout')
  await mkdir(checkout)
  await writeFile(outside, 'theirs\n')
  for (const name of ['imm-preview.md', 'imm-preview.env']) await symlink(outside, path.join(checkout, name))
  await writeCi(liveResult, gitlabAt(checkout), signal)
  t.is(await readFile(outside, 'utf8'), 'theirs\n')
  t.is(await readFile(path.join(checkout, 'imm-preview.md'), 'utf8'), commentBody(liveResult))
})

test('a directory that is not there is named, with the variable that names another', async (t) => {
  const gone = path.join(tmpdir(), 'imm-ci-gone', 'x')
  const error = await t.throwsAsync(writeCi(liveResult, gitlabAt(gone), signal), {message: /imm-preview\.md cannot be/})
  t.like(error, {code: 'PROJECT_UNWRITABLE'})
  t.regex((error as Error & {next: string}).next, /IMM_CI_DIRECTORY/)
})

test('with IMM_COMMENT_TOKEN two runs leave one comment', async (t) => {
  await using place = await folder()
  await using forge = await openForge({gitlab: true, me: 4})
  const env = {...gitlabAt(place.path), ...tokenFor(forge.api)}
  t.is((await writeCi(liveResult, env, signal)).comment, 'created')
  t.is((await writeCi({...liveResult, outcome: 'unchanged'}, env, signal)).comment, 'updated')
  t.deepEqual(
    forge.comments.map(({body}) => body),
    [commentBody({...liveResult, outcome: 'unchanged'})],
  )
})

test('a comment that can not be written is a warning, without the token, and the files are there', async (t) => {
  await using place = await folder()
  await using forge = await openForge({gitlab: true, me: 4})
  forge.refuse.set('POST', 401)
  const env = {...gitlabAt(place.path), ...tokenFor(forge.api)}
  const {comment, warnings, files} = await writeCi(liveResult, env, signal)
  t.is(comment, undefined)
  t.is(files.length, 2)
  t.regex(warnings[0] ?? '', /^the comment was not written: POST .* 401/)
  t.notRegex(warnings.join('\n') + (await readFile(files[1] ?? '', 'utf8')), /secret/)
})

test('a forge that can not be reached is a warning that says why', async (t) => {
  await using place = await folder()
  const env = {...gitlabAt(place.path), ...tokenFor('http://127.0.0.1:1')}
  const {warnings} = await writeCi(liveResult, env, signal)
  t.regex(warnings[0] ?? '', /ECONNREFUSED|bad port/)
})

test('without a token nothing is asked of the forge', async (t) => {
  await using place = await folder()
  await using forge = await openForge()
  const env = {...gitlabAt(place.path), ...tokenFor(forge.api), IMM_COMMENT_TOKEN: undefined}
  t.is((await writeCi(liveResult, env, signal)).comment, undefined)
  t.deepEqual(forge.calls, [])
})
