import test from 'ava'

import {plainOrder, stepOf} from '../../../../src/parity/compare/versions/step.ts'
import {versionMessage} from '../../../../src/parity/compare/versions/versions.ts'
import {equal, inOrder} from './orders.ts'

const names = {a: 'A', b: 'B'}

test('the size of a step is the first number that differs, where both have the form of semver', (t) => {
  t.is(stepOf('24.1.0', '22.9.1'), 'major')
  t.is(stepOf('1:3.0.15-1~deb12u1', '1:3.1.2-1'), 'minor')
  t.is(stepOf('3.0.15-1~deb12u1', '3.0.17-1~deb12u2'), 'patch')
  t.is(stepOf('2.36', '2.36.1'), 'patch')
  t.is(stepOf('v1.2.3', '1.2.4'), 'patch')
  t.is(stepOf('2.36-9+deb12u9', '2.36-9+deb12u13'), undefined)
  t.is(stepOf('2024a-0', '2024b-0'), undefined)
  t.is(stepOf('1.2.3', '1.2.3+build'), undefined)
})

test('versions of runtimes and libraries are in the order of semver', (t) => {
  inOrder(t, plainOrder, [
    '1.0.0-alpha',
    '1.0.0-alpha.2',
    '1.0.0-alpha.10',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    '1.2.0',
    '1.10.0',
    '2.0.0',
  ])
  equal(t, plainOrder, [
    ['1.2.3+a', '1.2.3+b'],
    ['v1.2.3', '1.2.3'],
  ])
})

const messageOf = (by: 'dpkg' | 'apk' | 'plain', a: string, b: string) => versionMessage('x', by, {a, b}, names)

test('a message says which is newer and how big the step is, as far as can be told', (t) => {
  t.is(messageOf('dpkg', '1.0~rc1-1', '1.0-1'), 'x is 1.0~rc1-1 in A and 1.0-1 in B, which is newer')
  t.is(messageOf('dpkg', '1:1.0.0-1', '2.0.0-1'), 'x is 1:1.0.0-1 in A and 2.0.0-1 in B, an older major version')
  t.is(messageOf('plain', '24.1.0', '24.3.0'), 'x is 24.1.0 in A and 24.3.0 in B, a newer minor version')
  t.is(messageOf('apk', '1.0-r0', 'latest'), 'x is 1.0-r0 in A and latest in B')
  t.is(messageOf('plain', '1.0.0+a', '1.0.0+b'), 'x is 1.0.0+a in A and 1.0.0+b in B')
})
