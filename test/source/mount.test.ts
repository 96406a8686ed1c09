import test from 'ava'

import {isInside, mountType, silentMount} from '../../src/source/mount.ts'

const mountinfo = `21 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 21 0:40 / /mnt/c rw,noatime shared:1 - 9p drvfs rw,aname=drvfs
31 21 0:41 / /mnt/two\\040words rw - nfs4 host:/x rw
32 31 0:42 / /mnt/two\\040words/inner rw master:2 propagate_from:1 - tmpfs tmpfs rw
33 21 0:43 / /srv rw - ext4 /dev/vdb rw
34 21 0:44 / /srv rw - fuse.sshfs a@b:/ rw
`

const type = (directory: string) => mountType(mountinfo, directory)

test('the file system of a path is the one mounted nearest above it, the last one where several are', (t) => {
  t.is(type('/home/me'), 'ext4')
  t.is(type('/mnt/c/Users/me'), '9p')
  t.is(type('/mnt/cat'), 'ext4')
  t.is(type('/mnt/two words/x'), 'nfs4')
  t.is(type('/mnt/two words/inner/x'), 'tmpfs')
  t.is(type('/srv'), 'fuse.sshfs')
  t.is(mountType('', '/'), undefined)
})

test('a local file system announces its changes', async (t) => {
  t.is(await silentMount(process.cwd()), undefined)
})

test('a name that begins with two dots is inside', (t) => {
  t.true(isInside('/a', '/a/..b'))
  t.true(isInside('/a', '/a'))
  t.false(isInside('/a', '/b'))
  t.false(isInside('/a/b', '/a'))
})
