import test from 'ava'

import {apartOf} from '../../src/preview/apart.ts'
import type {Actual, Step} from '../../src/preview/situation.ts'

const preview = (name: string, rest: Partial<Actual> = {}): Actual => ({
  environment: name,
  ref: `refs/heads/${name}`,
  name,
  kind: 'branch',
  pinned: false,
  tried: {commit: '1', outcome: 'live'},
  ...rest,
})

const apart = (commits: Record<string, string>, actual: readonly Actual[], steps: readonly Step[] = []) => {
  const known = new Map(Object.entries(commits).map(([name, commit]) => [`refs/heads/${name}`, commit]))
  return apartOf({actual, existing: new Set(known.keys()), commits: known, steps}).map(
    ({name, why, from, commit}) => `${name} ${why}: ${from} ${commit}`,
  )
}

test('what serves the commit that git has is as git says', (t) => {
  t.deepEqual(apart({main: '1'}, [preview('main')]), [])
})

test('one that was brought up by hand and is behind its branch is not', (t) => {
  t.deepEqual(apart({main: '2'}, [preview('main')]), ['main behind: 1 2'])
  t.deepEqual(apart({main: '2'}, [preview('main', {tried: undefined})]), ['main behind: undefined 2'])
  t.deepEqual(apart({main: '2'}, [preview('main', {kind: 'worktree'})]), ['main behind: 1 2'])
})

test('one whose commit was rejected is not, and neither is a pinned one that is gone', (t) => {
  const tried = {commit: '1', outcome: 'rejected'} as const
  t.deepEqual(apart({a: '1'}, [preview('b', {pinned: true}), preview('a', {tried})]), [
    'a rejected: 1 1',
    'b gone: 1 undefined',
  ])
})

test('what serve does something about is told by that', (t) => {
  const step = {kind: 'update', why: 'moved', ref: 'refs/heads/a', name: 'a', commit: '2', environment: 'a'} as const
  t.deepEqual(apart({a: '2'}, [preview('a')], [step]), [])
})

test('tags, commits and branches of remotes are what they are', (t) => {
  t.deepEqual(
    apart({}, [
      preview('v1', {kind: 'tag', ref: 'refs/tags/v1'}),
      preview('3fa9c1e', {kind: 'commit', ref: '3fa9c1e'}),
      preview('x', {ref: 'refs/remotes/origin/x'}),
    ]),
    [],
  )
})
