import test from 'ava'

import {withoutCaches} from '../../src/drift/caches.ts'
import type {InstanceChange} from '../../src/lifecycle/ports.ts'

const change = (kind: InstanceChange['kind'], path: string): InstanceChange => ({kind, path})

test('modules that Python compiled are no drift, nor the directories that it made for them', (t) => {
  const changes = [
    change('changed', '/app'),
    change('added', '/app/__pycache__'),
    change('added', '/app/__pycache__/words.cpython-311.pyc'),
    change('added', '/app/__pycache__/words.cpython-311.opt-1.pyc.139872'),
    change('changed', '/usr/lib/python3/__pycache__/os.cpython-311.pyc'),
  ]
  t.deepEqual(withoutCaches(changes), [change('changed', '/app')])
})

test('whatever else is in such a directory, or is gone from it, or only has the name, is drift', (t) => {
  const changes = [
    change('added', '/app/__pycache__'),
    change('added', '/app/__pycache__/notes.txt'),
    change('deleted', '/app/lib/__pycache__/words.cpython-311.pyc'),
    change('added', '/app/words.pyc'),
  ]
  t.deepEqual(withoutCaches([...changes, change('added', '/app/__pycache__/words.cpython-311.pyc')]), changes)
})
