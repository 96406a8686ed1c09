import test from 'ava'

import {gathering} from '../../../src/parity/dependencies/gathered.ts'
import type {Dependency} from '../../../src/parity/facts.ts'

const library = (name: string, version = '1.0.0'): Dependency => ({
  ecosystem: 'npm',
  name,
  version,
  scope: '/app',
  source: 'installed',
})

test('dependencies are kept once each, in one order, however often and in whichever order they are found', (t) => {
  const found = gathering(2)
  const [a, b, newer] = [library('a'), library('b'), library('a', '2.0.0')]
  for (let n = 0; n < 10; n++) for (const each of [b, newer, a].slice(0, n === 0 ? 2 : 3)) found.add({...each})
  t.deepEqual(found.all(), [a, newer, b])
})

test('as many as may be found are no too many, also when each is found often', (t) => {
  const found = gathering(3)
  for (let n = 0; n < 100; n++) found.add(library(`${n % 3}`))
  t.false(found.isFull())
  t.is(found.all().length, 3)
})

test('more than may be are told of, and kept no longer than until then', (t) => {
  const found = gathering(3)
  for (let n = 0; n < 100 && !found.isFull(); n++) found.add(library(`${n}`))
  t.true(found.isFull())
  t.is(found.all().length, 6)
})

test('the same library in other directories, of other languages or of a lock file is another one', (t) => {
  const found = gathering(10)
  const one = library('a')
  const others: Dependency[] = [one, {...one, scope: '/b'}, {...one, ecosystem: 'pypi'}, {...one, source: 'lock'}]
  for (const each of [...others, ...others]) found.add(each)
  t.is(found.all().length, 4)
})
