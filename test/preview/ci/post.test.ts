import test from 'ava'

import {mergeRequestOf, type MergeRequest} from '../../../src/preview/ci/merge-request.ts'
import {postComment} from '../../../src/preview/ci/post.ts'
import {openForge, type Forge} from './forge.ts'

const marker = '<!-- imm-preview: shop/feature -->'
const signal = AbortSignal.timeout(60_000)

const requestOn = ({api}: Forge, gitlab = false): MergeRequest => {
  const request = gitlab
    ? mergeRequestOf('gitlab', {CI_API_V4_URL: api, CI_PROJECT_ID: '1', CI_MERGE_REQUEST_IID: '7'})
    : mergeRequestOf('github', {GITHUB_API_URL: api, GITHUB_REPOSITORY: 'a/b', GITHUB_REF: 'refs/pull/7/merge'})
  if (request === undefined) throw new Error('no merge request')
  return request
}

const bot = {id: 99, type: 'Bot', login: 'github-actions[bot]'}
const person = {id: 5, type: 'User', login: 'eve'}

for (const gitlab of [false, true])
  test(`run twice, one comment: ${gitlab ? 'GitLab' : 'GitHub'}`, async (t) => {
    await using forge = await openForge({gitlab, ...(gitlab ? {me: 42} : {})})
    const post = (text: string) => postComment(requestOn(forge, gitlab), `${marker}\n\n${text}\n`, 'secret', signal)
    t.is(await post('one'), 'created')
    t.is(await post('two'), 'updated')
    t.deepEqual(
      forge.comments.map(({body}) => body),
      [`${marker}\n\ntwo\n`],
    )
    t.regex(forge.calls.at(-1) ?? '', gitlab ? /^PUT .*\/notes\/1000$/ : /^PATCH .*\/issues\/comments\/1000$/)
    t.is(forge.headers[gitlab ? 'private-token' : 'authorization'], gitlab ? 'secret' : 'token secret')
  })

test('the same comment is not written again, whatever line ends the forge keeps', async (t) => {
  await using forge = await openForge()
  forge.comments.push({id: 1, body: `${marker}\r\n\r\nsame`, user: bot})
  t.is(await postComment(requestOn(forge), `${marker}\n\nsame\n`, 'x', signal), 'unchanged')
  t.true(forge.calls.every((call) => call.startsWith('GET ')))
})

test("somebody else's comment with our marker is left alone, also of the account that another token is", async (t) => {
  for (const me of [undefined, 42]) {
    await using forge = await openForge(me === undefined ? {} : {me})
    forge.comments.push({id: 1, body: `${marker}\nbait`, user: me === undefined ? person : bot})
    t.is(await postComment(requestOn(forge), `${marker}\nours`, 'x', signal), 'created')
    t.is(forge.comments[0]?.body, `${marker}\nbait`)
  }
})

test('a comment of another preview, or one that quotes ours, is another one', async (t) => {
  await using forge = await openForge()
  forge.comments.push({id: 1, body: '<!-- imm-preview: shop/feature-2 -->\nx', user: bot})
  forge.comments.push({id: 2, body: `> ${marker}\nx`, user: bot})
  t.is(await postComment(requestOn(forge), `${marker}\nours`, 'x', signal), 'created')
  t.is(forge.comments.length, 3)
})

test('ours is found behind hundreds of others', async (t) => {
  await using forge = await openForge()
  for (let id = 1; id <= 250; id += 1) forge.comments.push({id, body: 'chat', user: person})
  forge.comments.push({id: 251, body: `${marker}\nold`, user: bot})
  t.is(await postComment(requestOn(forge), `${marker}\nnew`, 'x', signal), 'updated')
  t.is(forge.calls.filter((call) => call.includes('page=')).length, 3)
})

test('a forge that has no pages is asked twice and not for ever', async (t) => {
  await using forge = await openForge({unpaged: true})
  for (let id = 1; id <= 150; id += 1) forge.comments.push({id, body: 'chat', user: person})
  t.is(await postComment(requestOn(forge), `${marker}\nnew`, 'x', signal), 'created')
  t.is(forge.calls.filter((call) => call.includes('page=')).length, 2)
})

test('what the forge refuses is said with its status, and without the token', async (t) => {
  await using forge = await openForge()
  forge.refuse.set('POST', 403)
  const error = await t.throwsAsync(postComment(requestOn(forge), `${marker}\nx`, 'secret', signal))
  t.regex(error.message, /^POST http:\/\/127\.0\.0\.1:\d+\/repos\/a\/b\/issues\/7\/comments was answered with 403/)
  t.notRegex(error.message, /secret/)
})

test('the token follows no redirect', async (t) => {
  await using forge = await openForge()
  forge.refuse.set('GET /repos', 302)
  await t.throwsAsync(postComment(requestOn(forge), `${marker}\nx`, 'secret', signal))
  t.false(forge.calls.some((call) => call.includes('/else')))
})
