import test from 'ava'

import {byApp} from '../../../src/terminal/progress/by-app.ts'
import {narrator} from '../../../src/terminal/progress/plain.ts'
import {words} from '../../../src/terminal/progress/words.ts'
import {event, log} from './script.ts'

const plain = (_style: unknown, text: string) => text
const told = (...lines: readonly [app: string, text: string][]) => {
  const tell = byApp(
    () => narrator(words(plain), false),
    (name) => name,
  )
  return lines.map(([app, text]) => tell({...event(log('r1-3fa9c1e', text)), app}))
}

test('an app that is alone needs no name in front of what it says', (t) => {
  t.deepEqual(told(['app', 'ready']), ['r1-3fa9c1e | ready'])
})

test('of several apps each line says whose it is, in columns', (t) => {
  t.deepEqual(told(['worker', 'ready'], ['api', 'ready']), ['worker r1-3fa9c1e | ready', 'api    r1-3fa9c1e | ready'])
})

test('an app that is called like the only one of a project has its name shown once there is another', (t) => {
  t.deepEqual(told(['app', 'one'], ['db', 'two'], ['app', 'three']), [
    'r1-3fa9c1e | one',
    'db r1-3fa9c1e | two',
    'app r1-3fa9c1e | three',
  ])
})

test('a file that several apps are made of is told once when it changes, and so is a mistake in it', (t) => {
  const tell = byApp(
    () => narrator(words(plain), false),
    (name) => name,
  )
  const of = (app: string) => [
    tell({...event({type: 'change', files: ['compose.yaml'], count: 1}), app}),
    tell({
      ...event({
        type: 'rejected',
        release: undefined,
        stage: 'snapshot',
        code: 'COMPOSE_INVALID',
        message: 'compose.yaml:4:5: unknown key',
        next: 'Correct it.',
        output: [],
      }),
      app,
    }),
  ]
  const first = of('web')
  t.is(first[0], 'web changed: compose.yaml')
  t.regex(first[1] ?? '', /^web rejected: compose\.yaml:4:5: unknown key/)
  t.deepEqual(of('api'), [undefined, undefined])
})
