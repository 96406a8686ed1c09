import test from 'ava'

import {ancestorsOf} from '../../../../src/engine/docker/inside/ancestors.ts'

test('the ancestors of a path are all directories on the way to it', (t) => {
  t.deepEqual(ancestorsOf('/a/b/c'), ['/', '/a', '/a/b'])
  t.deepEqual(ancestorsOf('/a'), ['/'])
  t.deepEqual(ancestorsOf('/'), [])
})
