import {readFileSync} from 'node:fs'
import {zstdDecompressSync} from 'node:zlib'

import test from 'ava'
import * as fc from 'fast-check'

import {isImmError} from '../../../../src/errors.ts'
import {rpmPackages} from '../../../../src/parity/packages/rpm/rpm.ts'
import {rpmDatabase, rpmHeader} from './databases.ts'

const bash = {name: 'bash', version: '5.2.26', release: '3.el9', architecture: 'x86_64'}
const openssl = {name: 'openssl', version: '3.0.7', release: '27.el9', architecture: 'x86_64', epoch: 1}

test('packages of rpm have their names, versions with epoch and release, and architectures', (t) => {
  const key = {name: 'gpg-pubkey', version: 'fd431d51', release: '4ae0493b'}
  t.deepEqual(rpmPackages(rpmDatabase([openssl, key, bash].map(rpmHeader))), [
    {name: 'bash', version: '5.2.26-3.el9', architecture: 'x86_64'},
    {name: 'gpg-pubkey', version: 'fd431d51-4ae0493b', architecture: ''},
    {name: 'openssl', version: '1:3.0.7-27.el9', architecture: 'x86_64'},
  ])
})

const made = (name: string): Buffer => readFileSync(new URL(name, import.meta.url))

test('of a database that rpm wrote the packages are those that rpm lists', (t) => {
  const listed = rpmPackages(zstdDecompressSync(made('rpmdb.sqlite.zst'))).map(
    ({name, version, architecture}) => `${name} ${version} ${architecture}`,
  )
  // make-database.sh made both.
  const expected = made('rpmdb.txt').toString().trimEnd().split('\n')
  t.true(expected.length > 10)
  t.deepEqual(listed.toSorted(), expected.toSorted())
})

for (const pageBytes of [512, 1024, 4096, 65_536])
  test(`a database with many packages, small and large, in pages of ${pageBytes} bytes is read whole`, (t) => {
    const entries = Array.from({length: 500}, (_, at) => ({
      ...bash,
      name: `package-${String(at).padStart(4, '0')}`,
      // Around the sizes where a row goes on in other pages, and far beyond.
      more: at % 10 === 0 ? at * 400 : (at * 37) % 5000,
    }))
    t.deepEqual(
      rpmPackages(rpmDatabase(entries.map(rpmHeader), {pageBytes})).map(({name}) => name),
      entries.map(({name}) => name),
    )
  })

test('a database without packages is empty', (t) => {
  t.deepEqual(rpmPackages(rpmDatabase([])), [])
})

const broken: Record<string, () => Buffer> = {
  'no database': () => Buffer.from('hello'),
  'a database without its table': () => rpmDatabase([], {table: 'Other'}),
  'a header with more entries than bytes': () => rpmDatabase([Buffer.from('7fffffff00000000', 'hex')]),
  'a header that is cut off': () => rpmDatabase([rpmHeader(bash).subarray(0, -20)]),
  'a header without a version': () => rpmDatabase([Buffer.from('0000000000000000', 'hex')]),
  'a database that is cut off': () => rpmDatabase([rpmHeader({...bash, more: 20_000})]).subarray(0, 3 * 4096),
}

for (const [name, database] of Object.entries(broken))
  test(`${name} is unreadable, and says so`, (t) => {
    t.throws(() => rpmPackages(database()), {code: 'PACKAGES_UNREADABLE'})
  })

test('pages that lead to themselves end in an error', (t) => {
  const database = rpmDatabase(
    Array.from({length: 200}, () => rpmHeader(bash)),
    {pageBytes: 512},
  )
  let circles = 0
  for (let page = 1; page < database.length / 512; page++) {
    const start = page * 512
    if (database[start] !== 5) continue
    const changed = Buffer.from(database)
    changed.writeUInt32BE(page + 1, start + 8)
    t.throws(() => rpmPackages(changed), {code: 'PACKAGES_UNREADABLE'})
    circles++
  }
  t.true(circles > 0)
})

test('whatever is changed in a database, it is read or ends in an error of imm', (t) => {
  const database = rpmDatabase([bash, openssl, {...bash, more: 9000}].map(rpmHeader), {pageBytes: 512})
  const changes = fc.array(fc.tuple(fc.nat(database.length - 1), fc.nat(255)), {minLength: 1, maxLength: 8})
  fc.assert(
    fc.property(changes, (bytes) => {
      const changed = Buffer.from(database)
      for (const [at, byte] of bytes) changed[at] = byte
      try {
        return Array.isArray(rpmPackages(changed))
      } catch (error) {
        return isImmError(error, 'PACKAGES_UNREADABLE')
      }
    }),
    {numRuns: 3000},
  )
  t.pass()
})
