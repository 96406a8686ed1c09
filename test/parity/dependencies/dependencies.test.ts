import test from 'ava'

import {dependencyFile, readDependencies} from '../../../src/parity/dependencies/dependencies.ts'
import {readImage} from '../../../src/parity/image/read-image.ts'
import {readRuntimes, runtimeFile} from '../../../src/parity/runtimes/runtimes.ts'
import {type Entry, layerOf, ociArchive, streamOf} from '../image/archives.ts'
import {imageWith} from '../images.ts'
import {programWith} from '../reductions.ts'
import {goProgram} from '../runtimes/go/programs.ts'

const entries: readonly Entry[] = [
  [{name: 'usr/bin/node'}, programWith('node.js/v18.20.4P')],
  [{name: 'usr/bin/shop'}, goProgram({text: 'mod\tshop\tv1.0.0\t\n'})],
  [{name: 'app/node_modules/a/package.json'}, '{"name": "a", "version": "1.0.0"}'],
  [{name: 'usr/lib/python3/dist-packages/six-1.16.0.egg-info/PKG-INFO'}, 'Name: six\nVersion: 1.16.0\n'],
  [{name: 'usr/lib/python3.11/site-packages/x-1.dist-info/METADATA'}, 'Name: x\nVersion: 1\n'],
]

const runtimesFirst = (path: string) => runtimeFile(path) ?? dependencyFile(path)
const dependenciesFirst = (path: string) => dependencyFile(path) ?? runtimeFile(path)

test('runtimes and dependencies are read of one image, in whichever order they are asked what they want', async (t) => {
  for (const wanted of [runtimesFirst, dependenciesFirst]) {
    const image = await imageWith(entries, wanted)
    const {runtimes, gaps} = readRuntimes(image)
    t.deepEqual(
      runtimes.map(({name, version}) => `${name} ${version}`),
      ['go 1.24.3', 'node 18.20.4'],
    )
    const {dependencies, gaps: others} = readDependencies(image)
    t.deepEqual(
      dependencies.map(({ecosystem, name, version}) => `${ecosystem} ${name} ${version}`),
      ['go shop v1.0.0', 'npm a 1.0.0', 'pypi six 1.16.0', 'pypi x 1'],
    )
    t.deepEqual([...gaps, ...others], [])
  }
})

test('of layers on each other, what the last one says counts, and what it has deleted does not', async (t) => {
  const layers = await Promise.all([
    layerOf({
      'node_modules/a/package.json': '{"name": "a", "version": "1.0.0"}',
      'node_modules/b/package.json': '{"version": "1.0.0"}',
    }),
    layerOf({'node_modules/a/package.json': '{"name": "a", "version": "2.0.0"}', 'node_modules/.wh.b': ''}),
  ])
  const archive = await ociArchive({layers}, 'gzip')
  const image = await readImage(streamOf(archive), {wanted: dependencyFile}, new AbortController().signal)
  t.deepEqual(
    readDependencies(image).dependencies.map(({name, version}) => `${name} ${version}`),
    ['a 2.0.0'],
  )
})
