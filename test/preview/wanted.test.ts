import test from 'ava'

import {wantedOf, type PullState} from '../../src/preview/wanted.ts'
import type {Ref} from '../../src/source/repository/ref.ts'

const ref = (kind: Ref['kind'], name: string, full: string): Ref => ({
  ref: full,
  name,
  kind,
  commit: `commit of ${name}`,
  author: '',
  subject: '',
  committedMs: 0,
})
const branch = (name: string) => ref('branch', name, `refs/heads/${name}`)
const pull = (number: number) => ref('pull', `pull/${number}`, `refs/pull/${number}/head`)

const known = (state: PullState['state'], name?: string): PullState => ({state, branch: name, atMs: 0})
const names = ({wanted}: ReturnType<typeof wantedOf>) => [...wanted.values()].map(({name}) => name)

test('branches that match are wanted, and no others', (t) => {
  const refs = [branch('main'), branch('feature/x'), branch('wip/y')]
  const {wanted, existing} = wantedOf(refs, {branches: ['*', '!main', '!wip/*'], pulls: false}, new Map())
  t.deepEqual([...wanted.values()], [{ref: 'refs/heads/feature/x', name: 'feature/x', commit: 'commit of feature/x'}])
  t.is(existing.size, 3)
})

test('a pull request is wanted while it is known to be open, where pull requests are', (t) => {
  const refs = [pull(1), pull(2), pull(3), ref('pull', 'pull/4', 'refs/merge-requests/4/head')]
  const pulls = new Map([
    [1, known('open')],
    [2, known('closed')],
    [4, known('open')],
  ])
  t.deepEqual(names(wantedOf(refs, {branches: [], pulls: true}, pulls)), ['pull/1', 'pull/4'])
  t.deepEqual(names(wantedOf(refs, {branches: [], pulls: false}, pulls)), [])
  t.deepEqual([...wantedOf(refs, {branches: [], pulls: true}, pulls).closed], ['refs/pull/2/head'])
})

test('a pull request of a branch that has a preview gets none of its own', (t) => {
  const refs = [branch('x'), pull(1)]
  const pulls = new Map([[1, known('open', 'x')]])
  t.deepEqual(names(wantedOf(refs, {branches: ['*'], pulls: true}, pulls)), ['x'])
  t.deepEqual(names(wantedOf(refs, {branches: ['y'], pulls: true}, pulls)), ['pull/1'])
})
