import {createHash} from 'node:crypto'
import {text} from 'node:stream/consumers'

import test from 'ava'
import {extract, pack, type Header} from 'tar-stream'

import {paxBody, paxRecords, type PaxRecord} from '../../../../src/engine/docker/canonical/pax.ts'
import {withTimes, type Times} from '../../../../src/engine/docker/canonical/tar-times.ts'

const epochS = 1_000_000_000

type Entry = [header: Partial<Header> & {name: string}, content?: string | Buffer]

const tarOf = async (...entries: Entry[]): Promise<Buffer> => {
  const tar = pack()
  for (const [header, content = ''] of entries) tar.entry({mtime: new Date(0), ...header}, content)
  tar.finalize()
  return Buffer.concat(await Array.fromAsync(tar as AsyncIterable<Buffer>))
}

/** The tar in chunks of a size that fits no block. */
async function* chunks(tar: Buffer, size = 700): AsyncGenerator<Buffer> {
  for (let at = 0; at < tar.length; at += size) yield tar.subarray(at, at + size)
}

const timed = async (tar: Buffer, times: Times, size?: number): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(withTimes(chunks(tar, size), times, epochS)))

const read = async (tar: Buffer): Promise<{header: Header; content: string}[]> => {
  const entries = extract()
  entries.end(tar)
  const found: {header: Header; content: string}[] = []
  for await (const entry of entries) found.push({header: entry.header, content: await text(entry)})
  return found
}

const seconds = (found: Awaited<ReturnType<typeof read>>) =>
  Object.fromEntries(found.map(({header}) => [header.name, header.mtime.getTime() / 1000]))

const at = (s: number) => new Date(s * 1000)

test('set: every time becomes the epoch; clamp: only those after it', async (t) => {
  const tar = await tarOf(
    [{name: 'early', mtime: at(500)}, 'a'],
    [{name: 'late', mtime: at(1_700_000_000)}, 'b'],
    [{name: 'directory/', type: 'directory', mtime: at(1_700_000_000)}],
  )
  t.deepEqual(seconds(await read(await timed(tar, 'set'))), {early: epochS, late: epochS, 'directory/': epochS})
  t.deepEqual(seconds(await read(await timed(tar, 'clamp'))), {early: 500, late: epochS, 'directory/': epochS})
})

test('everything but times and names of owners stays: names, modes, owners, links, contents, their order', async (t) => {
  const long = `${'deep/'.repeat(60)}file`
  const tar = await tarOf(
    [{name: 'z', mode: 0o4755, uid: 1000, gid: 50, uname: 'me', gname: 'us'}, 'x'.repeat(1500)],
    [{name: 'a', type: 'symlink', linkname: `${'up/'.repeat(50)}z`}],
    [{name: 'hard', type: 'link', linkname: 'z'}],
    [{name: '.wh.gone'}],
    [{name: long}, 'deep'],
    [{name: 'empty'}],
    [{name: 'dev', type: 'character-device', devmajor: 1, devminor: 3}],
  )
  const facts = (found: Awaited<ReturnType<typeof read>>) =>
    found.map(({header: {name, mode, uid, gid, type, linkname, size, devmajor, devminor}, content}) => [
      name,
      mode,
      uid,
      gid,
      type,
      linkname,
      size,
      devmajor,
      devminor,
      content,
    ])
  const before = await read(tar)
  const after = await read(await timed(tar, 'set'))
  t.deepEqual(facts(after), facts(before))
  t.is(after.length, 7)
  t.true(after.every(({header}) => header.uname === '' && header.gname === ''))
})

const digest = (tar: Buffer): string => createHash('sha256').update(tar).digest('hex')

const tarFrom = (time: number, name: string): Promise<Buffer> =>
  tarOf(
    [{name: 'a', mtime: at(time), uname: name, pax: {atime: String(time), ctime: `${time}.5`}}, 'content'],
    [{name: 'b/', type: 'directory', mtime: at(time + 7), pax: {mtime: `${time}.25`, uname: name}}],
  )

test('the same content with other times and owner names gives the same bytes, however it is cut into chunks', async (t) => {
  const first = await timed(await tarFrom(1, 'me'), 'set', 512)
  const second = await timed(await tarFrom(1_700_000_000, 'you'), 'set', 31)
  t.is(digest(first), digest(second))
})

test('a time with fractions or before 1970 in an extended header counts when times are clamped', async (t) => {
  const tar = await tarOf(
    [{name: 'past', mtime: at(0), pax: {mtime: '-5.5'}}],
    [{name: 'future', mtime: at(5), pax: {mtime: '1700000000.75'}}],
    [{name: 'third', mtime: at(0), pax: {mtime: '77.9'}}],
    // What one header says must not be taken for the next.
    [{name: 'next', mtime: at(12)}],
  )
  t.deepEqual(seconds(await read(await timed(tar, 'clamp'))), {past: 0, future: epochS, third: 77, next: 12})
})

test('values of xattrs are bytes, and stay those bytes', async (t) => {
  const capability: PaxRecord = {
    key: 'SCHILY.xattr.security.capability',
    value: Buffer.from([1, 0, 0, 2, 0xff, 0xfe, 0x0a, 0x80, 0x3d, 0x20]),
  }
  const records = [{key: 'mtime', value: Buffer.from('1.5')}, capability]
  const body = paxBody(records)
  t.deepEqual(paxRecords(body), records)
  const [header] = [(await tarOf([{name: 'x'}, body])).subarray(0, 512)]
  // An extended header is an entry of another type, whose content is the records.
  header?.write('x', 156)
  const rest = await tarOf([{name: 'file'}, 'content'])
  const tar = Buffer.concat([header ?? rest, body, Buffer.alloc(512 - body.length), rest])
  const out = await timed(tar, 'set')
  const kept = paxRecords(out.subarray(512, 512 + Number.parseInt(out.toString('latin1', 124, 136), 8)))
  t.deepEqual(kept, [capability])
  t.is((await read(out))[0]?.content, 'content')
})

test('a record counts its own length, also where that takes another digit', (t) => {
  for (const length of [1, 5, 6, 90, 91, 92, 93, 94, 95, 990, 991, 992, 993, 994, 995]) {
    const records = [{key: 'key', value: Buffer.alloc(length, 'v')}]
    t.deepEqual(paxRecords(paxBody(records)), records)
  }
})

test('a layer that holds nothing is two empty blocks, and whatever pads an archive goes', async (t) => {
  t.deepEqual(await timed(Buffer.alloc(10_240), 'set'), Buffer.alloc(1024))
})

test('an archive that ends within a file is an error, not a shorter file', async (t) => {
  const tar = await tarOf([{name: 'a'}, 'x'.repeat(2000)])
  await t.throwsAsync(timed(tar.subarray(0, 1200), 'set'), {message: /ends too early/})
})
