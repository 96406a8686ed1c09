import test from 'ava'

import {glanceAt} from '../../src/drift/glance.ts'
import type {InstanceChange} from '../../src/lifecycle/ports.ts'

const change = (kind: InstanceChange['kind'], path: string): InstanceChange => ({kind, path})

test('what the image does not have is certain; of a changed file only a look tells, of a directory around either none', (t) => {
  const changes = [
    change('changed', '/app'),
    change('added', '/app/uploads'),
    change('added', '/app/uploads/one'),
    change('added', '/app/uploads/two'),
    change('added', '/app/notes'),
    change('changed', '/app/config.json'),
    change('deleted', '/app/old.css'),
  ]
  const cache = change('added', '/lib/__pycache__/os.pyc')
  const around = [change('changed', '/lib'), change('changed', '/lib/__pycache__')]
  const {differences, unsure} = glanceAt([...changes, ...around], [...changes, ...around, cache])
  t.like(differences, [
    {kind: 'added', path: '/app/uploads', node: 'directory', below: 2},
    {kind: 'added', path: '/app/notes', node: 'file', below: 0},
  ])
  t.deepEqual(
    unsure.others.map(({path}) => path),
    ['/app/config.json', '/app/old.css'],
  )
})

test('a directory in which nothing changed has been changed itself', (t) => {
  const changes = [change('changed', '/app')]
  t.deepEqual(glanceAt(changes, changes).unsure.others, changes)
})
