import test from 'ava'

import type {Package} from '../../../../src/parity/packages/package.ts'
import {betweenImages, outline} from '../found.ts'

const libc = (version: string, architecture = 'amd64'): Package => ({name: 'libc6', version, architecture})

const between = (a: readonly Package[], b: readonly Package[], manager: 'dpkg' | 'rpm' = 'dpkg') =>
  betweenImages({packages: [{manager, packages: a}]}, {packages: [{manager, packages: b}]})

test('a package for several architectures is one package', (t) => {
  t.deepEqual(between([libc('1'), libc('1', 'i386')], [libc('1', 'i386'), libc('1')]), [])
  t.deepEqual(outline(between([libc('1'), libc('1', 'i386')], [libc('1')])), ['os.package.architecture libc6'])
  t.deepEqual(outline(between([libc('1'), libc('1', 'i386')], [libc('2'), libc('2', 'i386')])), [
    'os.package.version libc6',
  ])
})

test('several versions of one name, as rpm allows, are compared as a set', (t) => {
  t.deepEqual(between([libc('1'), libc('2')], [libc('2'), libc('1')], 'rpm'), [])
  t.is(between([libc('1'), libc('2')], [libc('2'), libc('3')], 'rpm')[0]?.a, '1, 2')
})

test('packages of another manager are others', (t) => {
  const findings = betweenImages(
    {packages: [{manager: 'dpkg', packages: [libc('1')]}]},
    {packages: [{manager: 'apk', packages: [libc('1')]}]},
  )
  t.true(findings.length === 2 && findings.every(({rule}) => rule === 'os.package.missing'))
})
