import test from 'ava'

import {previewPlanText} from '../../src/terminal/preview-plan-text.ts'
import {FakeStream} from './fake-terminal.ts'

const about = {ref: 'refs/heads/main', name: 'main', environment: 'main'}

test('only where all are what git says that is said', (t) => {
  const stream = new FakeStream()
  t.is(previewPlanText({steps: [], underWay: [], apart: [], previews: 2}, stream), '2 previews are what git says.')
  const behind = {...about, why: 'behind', from: '1111111aaa', commit: '2222222bbb'} as const
  const text = previewPlanText({steps: [], underWay: [], apart: [behind], previews: 2}, stream)
  t.notRegex(text, /are what git says/)
  t.regex(
    text,
    /^Nothing is to be done about 2 previews, and 1 is not what git says:\n= main 1111111 \(git has 2222222/,
  )
})

test('what stays otherwise is told beside what is to be done', (t) => {
  const stream = new FakeStream()
  const up = {kind: 'up', why: 'new', ref: 'refs/heads/x', name: 'x', commit: '3333333ccc'} as const
  const gone = {...about, why: 'gone', from: '1111111aaa', commit: undefined} as const
  t.deepEqual(previewPlanText({steps: [up], underWay: [], apart: [gone], previews: 1}, stream).split('\n'), [
    '+ x 3333333 (a branch without a preview)',
    '= main 1111111 (gone from git; it is pinned)',
  ])
})

test('what is under way is told as that', (t) => {
  const moved = {kind: 'update', why: 'moved', commit: '3333333ccc', from: '2222222bbb', ...about} as const
  const gone = {kind: 'down', why: 'gone', ...about, name: 'x'} as const
  const text = previewPlanText({steps: [], underWay: [moved, gone], apart: [], previews: 2}, new FakeStream())
  t.deepEqual(text.split('\n'), [
    'Nothing is to be done but what is under way:',
    '* main 2222222 -> 3333333 (being brought up)',
    '* x (being taken down)',
  ])
})
