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
