import {rm, writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {watchByChokidar} from '../../src/source/chokidar-watch.ts'
import {readIgnoreRules} from '../../src/source/ignore.ts'
import {placeOf} from '../../src/source/place.ts'
import {scopeOf} from '../../src/source/scope.ts'
import {addTree, makeTree, never} from './tree.ts'

test('the watch of other systems reports what comes, changes and goes, and nothing that is ignored', async (t) => {
  const directory = await makeTree(t, {'.dockerignore': 'lib\n', 'lib/a': '1', 'src/a': '1', 'src/b': '1'})
  const place = placeOf(directory, directory, 'Dockerfile')
  const watch = {paths: [], ignore: [], quietMs: 50, poll: undefined}
  const scope = scopeOf(place, [], watch, await readIgnoreRules(place, 'refuse', never))
  const noted = new Set<string>()
  const {promise: marked, resolve} = Promise.withResolvers<void>()
  const reports = {
    note: (file: string) => {
      noted.add(path.relative(directory, file))
      if (['new/deep/c', 'src/a', 'src/b'].every((each) => noted.has(each))) resolve()
    },
    noteEverything: () => t.fail(),
    fail: (error: Error) => t.fail(error.message),
  }
  await using watching = await watchByChokidar(scope, reports, never)
  t.truthy(watching)
  t.deepEqual([...noted], [])
  await writeFile(`${directory}/lib/a`, '2')
  await writeFile(`${directory}/src/a`, '2')
  await rm(`${directory}/src/b`)
  await addTree(directory, {'new/deep/c': '1'})
  await marked
  t.deepEqual(
    [...noted].filter((file) => file.startsWith('lib')),
    [],
  )
})
