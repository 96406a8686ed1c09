import {existsSync, readFileSync} from 'node:fs'

import test from 'ava'
import {execa} from 'execa'

import {dpkgPackages} from '../../../src/parity/packages/dpkg.ts'

const status = `Package: zlib1g
Status: install ok installed
Multi-Arch: same
Architecture: amd64
Source: zlib
Version: 1:1.2.13.dfsg-1
Description: compression library
 Version: 9 is no field here
 .
 Package: neither is this

package: adduser
STATUS: hold ok half-configured
Architecture: all
Version: 3.134

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1.0

Package: never
Status: unknown ok not-installed
Architecture: amd64

`

test('packages of dpkg are those that are there, by name, whatever state they are in', (t) => {
  t.deepEqual(dpkgPackages(status), [
    {name: 'adduser', version: '3.134', architecture: 'all'},
    {name: 'zlib1g', version: '1:1.2.13.dfsg-1', architecture: 'amd64'},
  ])
})

test('a file of status.d, which states no status, is a package', (t) => {
  t.deepEqual(dpkgPackages('Package: tzdata\nVersion: 2025b-0\nArchitecture: all\n'), [
    {name: 'tzdata', version: '2025b-0', architecture: 'all'},
  ])
})

test('an empty status file has no packages; one without versions is no list', (t) => {
  t.deepEqual(dpkgPackages('\n\n'), [])
  t.throws(() => dpkgPackages('Package: a\nStatus: install ok installed\n'), {code: 'PACKAGES_UNREADABLE'})
})

const onDebian = existsSync('/var/lib/dpkg/status') && existsSync('/usr/bin/dpkg-query')
const onDebianTest = onDebian ? test : test.skip

onDebianTest('the packages of this machine are those that dpkg-query lists', async (t) => {
  const format = '${db:Status-Status} ${Package} ${Version} ${Architecture}\n'
  const {stdout} = await execa('dpkg-query', ['-W', '-f', format])
  const listed = stdout
    .split('\n')
    .filter((line) => !/^(config-files|not-installed) /.test(line))
    .map((line) => line.split(' ').slice(1).join(' '))
  const read = dpkgPackages(readFileSync('/var/lib/dpkg/status', 'utf8'))
  t.true(read.length > 10)
  t.deepEqual(
    read.map(({name, version, architecture}) => `${name} ${version} ${architecture}`).toSorted(),
    listed.toSorted(),
  )
})
