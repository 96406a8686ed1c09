import test from 'ava'

import {mergeRequestOf} from '../../../src/preview/ci/merge-request.ts'

test('GitHub Actions: a pull request is told by the ref that was checked out', (t) => {
  const env = {
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_REF: 'refs/pull/7/merge',
  }
  t.deepEqual(mergeRequestOf('github', env), {
    forge: 'github',
    user: 'https://api.github.com/user',
    comments: 'https://api.github.com/repos/acme/shop/issues/7/comments',
    comment: 'https://api.github.com/repos/acme/shop/issues/comments/',
  })
  for (const ref of ['refs/heads/main', 'refs/heads/refs/pull/7/merge', 'refs/tags/v1', undefined])
    t.is(mergeRequestOf('github', {...env, GITHUB_REF: ref}), undefined)
})

test('GitLab CI: a merge request is that of its pipeline, in the project that it is to be merged into', (t) => {
  const env = {CI_API_V4_URL: 'https://gitlab.example/api/v4', CI_PROJECT_ID: '1', CI_MERGE_REQUEST_IID: '7'}
  const comments = 'https://gitlab.example/api/v4/projects/1/merge_requests/7/notes'
  const expected = {forge: 'gitlab', user: 'https://gitlab.example/api/v4/user', comments, comment: `${comments}/`}
  t.deepEqual(mergeRequestOf('gitlab', env), expected as never)
  t.regex(mergeRequestOf('gitlab', {...env, CI_MERGE_REQUEST_PROJECT_ID: '2'})?.comments ?? '', /projects\/2\//)
  t.is(mergeRequestOf('gitlab', {...env, CI_MERGE_REQUEST_IID: undefined}), undefined)
})

const commentsOf = (url: string) => mergeRequestOf('jenkins', {CHANGE_URL: url})?.comments

test('Jenkins: the forge is told by the page of the pull request', (t) => {
  t.is(commentsOf('https://github.com/acme/shop/pull/7'), 'https://api.github.com/repos/acme/shop/issues/7/comments')
  t.is(
    commentsOf('https://git.acme.example/acme/shop/pull/7'),
    'https://git.acme.example/api/v3/repos/acme/shop/issues/7/comments',
  )
  t.is(
    commentsOf('https://gitea.example:3000/acme/shop/pulls/7'),
    'https://gitea.example:3000/api/v1/repos/acme/shop/issues/7/comments',
  )
  t.is(
    commentsOf('https://gitlab.example/acme/web/shop/-/merge_requests/7'),
    'https://gitlab.example/api/v4/projects/acme%2Fweb%2Fshop/merge_requests/7/notes',
  )
})

test('Jenkins: a page of no known form, or none, is no pull request', (t) => {
  for (const url of [
    'https://bitbucket.org/acme/shop/pull-requests/7',
    'https://github.com/pull/7',
    'nonsense',
    undefined,
  ])
    t.is(mergeRequestOf('jenkins', {CHANGE_URL: url}), undefined)
})

test('an unknown system has no pull request', (t) => {
  t.is(mergeRequestOf(undefined, {GITHUB_REF: 'refs/pull/7/merge'}), undefined)
})
