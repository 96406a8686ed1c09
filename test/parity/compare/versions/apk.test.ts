import test from 'ava'

import {apkOrder} from '../../../../src/parity/compare/versions/apk.ts'
import {inOrder} from './orders.ts'

test("versions are in apk's order: suffixes before and after the release, then the build's number", (t) => {
  inOrder(t, apkOrder, [
    '1.02-r0',
    '1.1_alpha2-r0',
    '1.1_beta1-r0',
    '1.1_rc1-r0',
    '1.1_rc2-r0',
    '1.1-r0',
    '1.1-r2',
    '1.1-r10',
    '1.1_git20260101-r0',
    '1.1_p1-r0',
    '1.1a-r0',
    '1.1.1-r0',
    '1.2-r0',
    '1.10-r0',
    '3.5.1-r0',
  ])
})

test("what is not of apk's form is not ordered", (t) => {
  t.is(apkOrder('1.0', 'latest'), undefined)
})
