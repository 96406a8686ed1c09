import test from 'ava'

import {compareSides} from '../../../src/parity/compare/compare.ts'
import type {SideFacts} from '../../../src/parity/facts.ts'
import {dpkg, file, files, image, run, side} from './sides.ts'

const areas = (a: Partial<SideFacts>, b: Partial<SideFacts>) => {
  const {compared, uncompared} = compareSides(side('A', a), side('B', b))
  return {compared, uncompared}
}

const gap = (reason: string) => [{part: 'image', reason} as const]

const ofImages = ['image', 'os', 'runtimes', 'dependencies', 'files']

test('what both sides have is compared, and what neither has is not spoken of', (t) => {
  t.deepEqual(areas({image: image()}, {image: image()}), {compared: ['image', 'files', 'config'], uncompared: []})
  const whole = image({
    packages: dpkg({curl: '1'}),
    runtimes: [{name: 'node', version: '24.1.0', path: '/usr/bin/node'}],
    dependencies: [{ecosystem: 'npm', name: 'qs', version: '1.0.0', scope: '/app', source: 'lock'}],
  })
  t.deepEqual(areas({image: whole}, {image: image()}), {compared: [...ofImages, 'config'], uncompared: []})
  t.deepEqual(areas({run: run()}, {run: run()}), {compared: ['config', 'run'], uncompared: []})
})

test('what one side lacks is not compared, with the reason of that side', (t) => {
  const missing = {part: 'image', reason: 'the manifest names an image that is not here'} as const
  const {compared, uncompared} = areas({image: image(), run: run()}, {run: run(), gaps: [missing]})
  t.deepEqual(compared, ['run'])
  t.deepEqual(
    uncompared,
    [...ofImages, 'config'].map((area) => ({area, reason: missing.reason})),
  )
  t.deepEqual(areas({image: image(), run: run()}, {image: image()}).uncompared, [
    {area: 'run', reason: 'B does not say how it is run'},
  ])
})

test('an image that neither side could read is not compared, and is no reason to be silent', (t) => {
  const both = areas({run: run(), gaps: gap('a names shop:1')}, {run: run(), gaps: gap('b names shop:2')})
  t.deepEqual(both.compared, ['run'])
  t.deepEqual(
    both.uncompared,
    [...ofImages, 'config'].map((area) => ({area, reason: 'a names shop:1; b names shop:2'})),
  )
  t.is(areas({run: run(), gaps: gap('a')}, {run: run(), gaps: gap('a')}).uncompared[0]?.reason, 'a')
  const [shop, latest] = [run({image: 'shop'}), run({image: 'docker.io/library/shop:latest'})]
  t.deepEqual(
    areas({run: shop, gaps: gap('a')}, {run: latest, gaps: gap('a')}).compared,
    ['config', 'run'],
    'one image',
  )
})

test('a database that could not be read leaves its area uncompared, and nothing of it is called missing', (t) => {
  const a = {image: image({packages: dpkg({curl: '1', libc6: '1'})})}
  const b = {image: image({packages: []}), gaps: [{part: 'packages', reason: 'the database of rpm is an NDB'} as const]}
  t.deepEqual(compareSides(side('A', a), side('B', b)).findings, [])
  t.deepEqual(areas(a, b), {
    compared: ['image', 'files', 'config'],
    uncompared: [{area: 'os', reason: 'B: the database of rpm is an NDB'}],
  })
  t.is(compareSides(side('A', a), side('B', {image: image()})).findings.length, 2, 'without the gap they are missing')
})

test('libraries of which some files can not be read are compared as far as they are known', (t) => {
  const library = {ecosystem: 'npm', name: 'qs', scope: '/app', source: 'installed'} as const
  const gaps = [{part: 'dependencies', reason: 'not all files can be read'} as const]
  const a = {
    image: image({
      dependencies: [
        {...library, version: '1.0.0'},
        {...library, name: 'ms', version: '1.0.0'},
      ],
    }),
  }
  const b = {image: image({dependencies: [{...library, version: '2.0.0'}]}), gaps}
  t.deepEqual(
    compareSides(side('A', a), side('B', b)).findings.map(({rule, subject}) => [rule, subject]),
    [['dependency.version', 'npm:qs in /app']],
  )
  t.deepEqual(areas(a, b).uncompared, [{area: 'dependencies', reason: 'B: not all files can be read'}])
})

test('files of which a side could not read all are not compared', (t) => {
  const gaps = [{part: 'files', reason: 'a layer is missing'} as const]
  const [a, b] = [side('A', {image: image({files: files(file('/a'))})}), side('B', {image: image(), gaps})]
  t.deepEqual(compareSides(a, b).findings, [])
  t.deepEqual(compareSides(a, b).uncompared, [{area: 'files', reason: 'B: a layer is missing'}])
})
