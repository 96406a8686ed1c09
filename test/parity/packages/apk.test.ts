import test from 'ava'

import {apkPackages} from '../../../src/parity/packages/apk.ts'

const installed = `C:Q1PTsZOMvmYE7Z4vU0Bn1BvZ6FO2k=
P:musl
V:1.2.5-r10
A:x86_64
S:411123
T:the musl c library
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1bK+3Rr1y7vB5MVYTJLVyqSVNZC8=

C:Q1Yz
P:alpine-baselayout
V:3.6.8-r1
A:noarch

`

test('packages of apk have their names, versions and architectures, in the order of names', (t) => {
  t.deepEqual(apkPackages(installed), [
    {name: 'alpine-baselayout', version: '3.6.8-r1', architecture: 'noarch'},
    {name: 'musl', version: '1.2.5-r10', architecture: 'x86_64'},
  ])
})

test('a database of apk without packages is empty; an entry without a version is no package', (t) => {
  t.deepEqual(apkPackages(''), [])
  t.throws(() => apkPackages('P:musl\nA:x86_64\n'), {code: 'PACKAGES_UNREADABLE'})
})

test('a name that a Dockerfile gave to several packages is none, as its version is the time of the build', (t) => {
  const database = `C:Q1abc=
P:musl
V:1.2.5-r0
A:x86_64

P:.python-rundeps
V:20260214.181530
A:noarch
D:musl
`
  t.deepEqual(
    apkPackages(database).map(({name}) => name),
    ['musl'],
  )
})
