import test from 'ava'

import type {Runtime} from '../../../../src/parity/facts.ts'
import {betweenImages, outline} from '../found.ts'

const node = (version: string, path = '/usr/local/bin/node'): Runtime => ({name: 'node', version, path})

const between = (a: readonly Runtime[], b: readonly Runtime[]) => outline(betweenImages({runtimes: a}, {runtimes: b}))

test('of several runtimes of one language those at the same place are compared', (t) => {
  t.deepEqual(between([node('24.1.0'), node('22.1.0', '/opt/node')], [node('22.1.0', '/opt/node'), node('24.2.0')]), [
    'runtime.version node (/usr/local/bin/node)',
  ])
})

test('a runtime that moved is compared with what it became', (t) => {
  t.deepEqual(between([node('24.1.0')], [node('24.1.1', '/usr/bin/node')]), [
    'runtime.version.patch node',
    'runtime.path node',
  ])
})

test('one that has no other is missing', (t) => {
  t.deepEqual(between([node('24.1.0')], []), ['runtime.missing node'])
  t.deepEqual(between([node('24.1.0')], [node('24.1.0'), node('20.1.0', '/opt/node')]), [
    'runtime.missing node (/opt/node)',
  ])
})
