import {mkdtemp, realpath, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {Readable} from 'node:stream'

import test from 'ava'
import {execa} from 'execa'

import {directoryArchive} from '../../../../src/engine/docker/volume/directory-archive.ts'

const make = `
mkdir -p deep/er empty "a name" && echo one > deep/er/one && echo two > "a name/two"
ln -s ../deep/er/one link && ln -s /nowhere dangling && printf '' > nothing && mkfifo pipe
head -c 3000000 /dev/urandom > big && chmod 4750 big && chmod 0700 deep && chmod 1777 empty && chmod 2710 .
touch -d '2001-02-03 04:05:06' big deep
`
const describe = `
find . ! -type p | sort | while read -r f; do
  stat -c '%n %F %a %u:%g %Y' "$f"
  [ -h "$f" ] && readlink "$f"
  [ -f "$f" ] && md5sum < "$f"
done
true
`

const sh = async (script: string, cwd: string) => (await execa('sh', ['-ec', script], {cwd})).stdout

test('what is unpacked is what was there, but for what is no file', async (t) => {
  const directory = await realpath(await mkdtemp(path.join(tmpdir(), 'imm-archive-')))
  t.teardown(async () => rm(directory, {recursive: true, force: true}))
  const [from, to] = [path.join(directory, 'from'), path.join(directory, 'to')]
  await sh('mkdir from to', directory)
  await sh(make, from)
  const input = Readable.from(directoryArchive(from, 'to'))
  await execa('tar', ['-xp', '--same-owner', '-f', '-'], {cwd: directory, input})
  const before = await sh(describe, from)
  t.true(before.split('\n').length > 15, before)
  t.is(await sh(describe, to), before)
})

test('a directory that is not there is told, and is no end of the archive', async (t) => {
  await t.throwsAsync(Array.fromAsync(directoryArchive('/nowhere/at/all', 'x')), {code: 'ENOENT'})
})

test('who stops reading is not kept waiting', async (t) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-archive-'))
  t.teardown(async () => rm(directory, {recursive: true, force: true}))
  await execa('sh', ['-ec', 'for i in 1 2 3 4; do head -c 2000000 /dev/zero > $i; done'], {cwd: directory})
  let chunks = 0
  for await (const _ of directoryArchive(directory, 'x')) if (++chunks === 3) break
  t.is(chunks, 3)
})
