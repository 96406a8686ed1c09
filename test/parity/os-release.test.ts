import test from 'ava'

import {osReleaseFile, osReleaseOf} from '../../src/parity/os-release.ts'
import type {Entry} from './image/archives.ts'
import {imageWith} from './images.ts'

const releaseOf = async (...entries: Entry[]) => osReleaseOf(await imageWith(entries, osReleaseFile))

test('a release has its identity, version and name, and that of Debian its point release', async (t) => {
  t.deepEqual(
    await releaseOf(
      [{name: 'usr/lib/os-release'}, 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n'],
      [{name: 'etc/os-release', type: 'symlink', linkname: '../usr/lib/os-release'}],
      [{name: 'etc/debian_version'}, '12.9\n'],
    ),
    {id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)', pointRelease: '12.9'},
  )
})

test('values are read with either quotes or none, with escapes, comments and empty lines passed over', async (t) => {
  const text = `# made by hand\n\nID='alpine'\nVERSION_ID=3.22.1\nNAME="The \\"small\\" \\$one"\nodd line\n`
  t.deepEqual(await releaseOf([{name: 'etc/os-release'}, text]), {
    id: 'alpine',
    version: '3.22.1',
    name: 'The "small" $one',
  })
})

test("Debian's number is no point release of a system made from Debian", async (t) => {
  const facts = await releaseOf(
    [{name: 'etc/os-release'}, 'ID=ubuntu\nVERSION_ID=24.04\n'],
    [{name: 'etc/debian_version'}, 'trixie/sid\n'],
  )
  t.deepEqual(facts, {id: 'ubuntu', version: '24.04', name: 'ubuntu'})
})

test('an image of one program has no release', async (t) => {
  t.is(await releaseOf([{name: 'app'}, 'x']), undefined)
})
