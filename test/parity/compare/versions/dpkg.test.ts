import test from 'ava'

import {dpkgOrder} from '../../../../src/parity/compare/versions/dpkg.ts'
import {equal, inOrder} from './orders.ts'

test("versions are in dpkg's order: epochs, numbers as numbers, a tilde before the end, letters before signs", (t) => {
  inOrder(t, dpkgOrder, [
    '1.0~~',
    '1.0~~a',
    '1.0~',
    '1.0~rc1-1',
    '1.0',
    '1.0-1~deb12u1',
    '1.0-1',
    '1.0-1+b1',
    '1.0-1.1',
    '1.0-2',
    '1.0-10',
    '1.0a-1',
    '1.0+dfsg-1',
    '1.0.1',
    '1.2',
    '1.10',
    '1:0.1',
    '2:0.0.1',
  ])
})

test('zeros in front, an epoch of zero and a revision of zero change nothing', (t) => {
  equal(t, dpkgOrder, [
    ['1.01', '1.1'],
    ['0:1', '1'],
    ['1-0', '1'],
  ])
})

test('numbers are compared that are too long to be exact', (t) => {
  inOrder(t, dpkgOrder, ['20260101000000000000001', '20260101000000000000002', '120260101000000000000000'])
})
