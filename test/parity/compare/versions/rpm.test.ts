import test from 'ava'

import {rpmOrder} from '../../../../src/parity/compare/versions/rpm.ts'
import {equal, inOrder} from './orders.ts'

test("versions are in rpm's order: epochs, tilde, caret, letters before numbers", (t) => {
  inOrder(t, rpmOrder, [
    '1.0~rc1-1.fc42',
    '1.0-1.fc41',
    '1.0-1.fc42',
    '1.0-2.fc42',
    '1.0^git1-1.fc42',
    '1.0a-1',
    '1.0.a-1.1',
    '1.0.1-1',
    '1.5-1',
    '1.10-1',
    '2.0-1',
    '1:0.5-1',
  ])
})

// From rpm's own tests of rpmvercmp: what stands between segments is no part of them.
test('what separates segments does not matter, and zeros in front do not', (t) => {
  equal(t, rpmOrder, [
    ['2.0', '2_0'],
    ['6.0.rc1', '6.0_rc1'],
    ['1.05', '1.5'],
    ['0:1-1', '1-1'],
  ])
})
