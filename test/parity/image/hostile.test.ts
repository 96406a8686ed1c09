import {randomBytes} from 'node:crypto'
import {gzipSync, zstdCompressSync} from 'node:zlib'

import test from 'ava'
import * as fc from 'fast-check'

import {ImmError, isImmError, type ErrorCode} from '../../../src/errors.ts'
import {readImage, type ImageReading} from '../../../src/parity/image/read-image.ts'
import {fails} from '../fails.ts'
import {
  blobEntry,
  configOf,
  descriptorOf,
  dockerArchive,
  dockerEntries,
  type Entry,
  indexEntry,
  layerOf,
  ociArchive,
  ociImage,
  sha256,
  streamOf,
  tarOf,
} from './archives.ts'

const never = new AbortController().signal

const read = (archive: Buffer, reading: ImageReading = {}) => readImage(streamOf(archive), reading, never)

const withLayer = async (...entries: Entry[]) => dockerArchive({layers: [await tarOf(entries)]})

const plain = await layerOf({'a.txt': 'a'})
const image = {layers: [plain]}

/** A header with what tar-stream would not write into it. */
const doctored = (tar: Buffer, change: (header: Buffer) => void): Buffer => {
  const result = Buffer.from(tar)
  change(result)
  result.fill(' ', 148, 156)
  const sum = result.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  result.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return result
}

const cases: Record<
  string,
  [archive: () => Buffer | Promise<Buffer>, code: ErrorCode, message: RegExp, reading?: ImageReading]
> = {
  'a path that leads out': [
    () => withLayer([{name: '../../etc/passwd'}, 'x']),
    'ARCHIVE_REFUSED',
    /leads out: "..\/..\/etc\/passwd"/,
  ],
  'a path that leads out and in again': [() => withLayer([{name: 'a/../b'}, 'x']), 'ARCHIVE_REFUSED', /leads out/],
  'a second name of a file outside': [
    () => withLayer([{name: 'a', type: 'link', linkname: '../../etc/passwd'}]),
    'ARCHIVE_REFUSED',
    /leads out/,
  ],
  'a second name of a file that is not there': [
    () => withLayer([{name: 'a', type: 'link', linkname: 'b'}]),
    'ARCHIVE_DAMAGED',
    /\/a as a second name of \/b/,
  ],
  'second names in a circle': [
    () => withLayer([{name: 'a', type: 'link', linkname: 'b'}], [{name: 'b', type: 'link', linkname: 'a'}]),
    'ARCHIVE_DAMAGED',
    /second name/,
  ],
  'a second name of a directory': [
    () => withLayer([{name: 'a/b'}, ''], [{name: 'a/b/c', type: 'link', linkname: 'a'}]),
    'ARCHIVE_REFUSED',
    /directory/,
  ],
  'a file below a link of the same layer': [
    () => withLayer([{name: 'a', type: 'symlink', linkname: '/etc'}], [{name: 'a/passwd'}, 'x']),
    'ARCHIVE_REFUSED',
    /\/a\/passwd below \/a/,
  ],
  'a deletion that leads out': [() => withLayer([{name: 'a/.wh...'}, '']), 'ARCHIVE_REFUSED', /deletion/],
  'a root that is a link': [
    () => withLayer([{name: './', type: 'symlink', linkname: '/etc'}]),
    'ARCHIVE_DAMAGED',
    /root/,
  ],
  'a path without an end': [() => withLayer([{name: 'x/'.repeat(3000)}, '']), 'ARCHIVE_REFUSED', /4096/],
  'a header without an end': [
    () => withLayer([{name: 'a', pax: {comment: 'x'.repeat(1_100_000)}}, '']),
    'ARCHIVE_REFUSED',
    /extended header/,
  ],
  'a path with a zero byte': [() => withLayer([{name: 'a', pax: {path: 'b\0c'}}, '']), 'ARCHIVE_DAMAGED', /zero byte/],
  'a size that is no number': [() => withLayer([{name: 'a', pax: {size: '-1'}}, '']), 'ARCHIVE_DAMAGED', /number/],
  'a sparse file': [() => withLayer([{name: 'a', pax: {'GNU.sparse.major': '1'}}, '']), 'ARCHIVE_DAMAGED', /sparse/],
  'a size beyond what is there': [
    () => dockerArchive({layers: [doctored(plain, (header) => header.write('77777777777\0', 124))]}),
    'ARCHIVE_DAMAGED',
    /middle of a file/,
  ],
  'a size beyond all measure': [
    () => dockerArchive({layers: [doctored(plain, (header) => header.fill(0xff, 124, 136))]}),
    'ARCHIVE_DAMAGED',
    /beyond all measure/,
  ],
  'an entry of a type that is none': [
    () => dockerArchive({layers: [doctored(plain, (header) => header.write('S', 156))]}),
    'ARCHIVE_DAMAGED',
    /type "S"/,
  ],
  'more files than the limit': [
    () => withLayer([{name: 'a'}, ''], [{name: 'b'}, ''], [{name: 'c'}, '']),
    'ARCHIVE_REFUSED',
    /more than 2 files/,
    {limits: {entries: 2}},
  ],
  'more bytes than the limit': [
    () => withLayer([{name: 'a'}, 'x'.repeat(5000)]),
    'ARCHIVE_REFUSED',
    /5000 bytes of layers/,
    {limits: {plainBytes: 5000}},
  ],
  'names longer than the limit': [
    () => withLayer([{name: 'abc'}, ''], [{name: 'def'}, '']),
    'ARCHIVE_REFUSED',
    /names/,
    {limits: {nameBytes: 5}},
  ],
  'more to keep than the limit': [
    async () => dockerArchive({layers: [await layerOf({a: randomBytes(1000)}), await layerOf({a: randomBytes(1000)})]}),
    'ARCHIVE_REFUSED',
    /kept of files/,
    {limits: {keptBytes: 2000}, wanted: () => 1000},
  ],
  'a deeply nested index': [() => nested(9), 'ARCHIVE_DAMAGED', /indexes/],
  'links to itself': [
    () =>
      tarOf([
        [{name: 'manifest.json', type: 'symlink', linkname: 'b'}],
        [{name: 'b', type: 'symlink', linkname: 'manifest.json'}],
      ]),
    'ARCHIVE_REFUSED',
    /lead nowhere/,
  ],
  'a link out': [
    () => tarOf([[{name: 'manifest.json', type: 'symlink', linkname: '/etc/passwd'}]]),
    'ARCHIVE_DAMAGED',
    /neither/,
  ],
  'a manifest that names a file outside': [
    () => tarOf([[{name: 'manifest.json'}, JSON.stringify([{Config: '../../etc/passwd', Layers: []}])]]),
    'ARCHIVE_REFUSED',
    /leads out/,
  ],
  'a config that is not there': [
    () => tarOf([[{name: 'manifest.json'}, JSON.stringify([{Config: 'a.json', Layers: []}])]]),
    'ARCHIVE_DAMAGED',
    /a\.json is not in it/,
  ],
  'the same manifest twice, with different contents': [
    () => tarOf([...dockerEntries(image), [{name: 'manifest.json'}, '[]']]),
    'ARCHIVE_REFUSED',
    /manifest\.json twice/,
  ],
  'a layer that is not there': [
    () => tarOf(dockerEntries(image).slice(1)),
    'ARCHIVE_DAMAGED',
    /layer0\/layer\.tar is not in it/,
  ],
  'a layer that is another than its config says': [
    () => dockerArchive({...image, diffIds: [`sha256:${sha256('other')}`]}),
    'ARCHIVE_DAMAGED',
    /another content/,
  ],
  'fewer layers than its config says': [() => dockerArchive({...image, diffIds: []}), 'ARCHIVE_DAMAGED', /0 layers/],
  'a config that is another than its name says': [
    () =>
      tarOf(
        dockerEntries(image).map((entry): Entry =>
          /^[0-9a-f]{64}\.json$/.test(entry[0].name)
            ? [entry[0], configOf({layers: [plain], config: {User: 'x'}})]
            : entry,
        ),
      ),
    'ARCHIVE_DAMAGED',
    /another content than its name/,
  ],
  'a blob that is another than its name says': [
    () => tarOf([...ociImage(image).entries, [{name: `blobs/sha256/${sha256('x')}`}, 'y']]),
    'ARCHIVE_DAMAGED',
    /another content than its name/,
  ],
  'a layer whose size is another than its manifest says': [
    () => {
      const config = configOf(image)
      const manifest = Buffer.from(
        JSON.stringify({config: descriptorOf(config), layers: [{...descriptorOf(plain), size: 1}]}),
      )
      return tarOf([indexEntry([descriptorOf(manifest)]), ...[config, plain, manifest].map(blobEntry)])
    },
    'ARCHIVE_DAMAGED',
    /another size/,
  ],
  'a digest that is a path': [
    () => {
      const manifest = Buffer.from(JSON.stringify({config: {digest: 'sha256:../../x'}, layers: []}))
      return tarOf([indexEntry([descriptorOf(manifest)]), blobEntry(manifest)])
    },
    'ARCHIVE_DAMAGED',
    /no SHA-256/,
  ],
  'a manifest that is no JSON': [() => tarOf([[{name: 'manifest.json'}, '{']]), 'ARCHIVE_DAMAGED', /no JSON/],
  'a manifest that is something else': [
    () => tarOf([[{name: 'manifest.json'}, '{}']]),
    'ARCHIVE_DAMAGED',
    /what it should be/,
  ],
  'no image at all': [
    () => tarOf([[{name: 'hello'}, 'x']]),
    'ARCHIVE_DAMAGED',
    /neither manifest\.json nor index\.json/,
  ],
  'no archive at all': [() => Buffer.from('hello'), 'ARCHIVE_DAMAGED', /no tar/],
  'nothing at all': [() => Buffer.alloc(0), 'ARCHIVE_DAMAGED', /no tar/],
}

for (const [name, [archive, code, message, reading]] of Object.entries(cases))
  test(`an archive with ${name} ends in an error that says so`, async (t) => {
    await fails(t, read(await archive(), reading), code, message)
  })

const nested = (depth: number): Promise<Buffer> => {
  const {entries, descriptor} = ociImage(image)
  let inner: object = descriptor
  const indexes: Entry[] = []
  for (let each = 0; each < depth; each++) {
    const index = Buffer.from(JSON.stringify({manifests: [inner]}))
    indexes.push(blobEntry(index))
    inner = descriptorOf(index)
  }
  return tarOf([indexEntry([inner]), ...indexes, ...entries])
}

for (const [by, compress] of [
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const)
  test(`a layer that ${by} makes out of nearly nothing is left on the way`, async (t) => {
    const huge = await tarOf([[{name: 'zeros'}, Buffer.alloc(20_000_000)]])
    const archive = await tarOf([[{name: 'layer'}, compress(huge)]])
    const limits = {ratio: 100, ratioFromBytes: 1_000_000}
    await fails(t, read(archive, {limits}), 'ARCHIVE_REFUSED', /100-fold/)
    await fails(t, read(compress(archive), {limits}), 'ARCHIVE_REFUSED', /100-fold/)
  })

test('names that lead to the root, twice or by a circuit, are the same file', async (t) => {
  const facts = await read(await withLayer([{name: '/etc/passwd'}, 'a'], [{name: './/etc/./passwd'}, 'b']))
  t.is(facts.tree.get('/etc/passwd')?.sha256, sha256('b'))
})

test('a link stated with a size has no content that could hide a file', async (t) => {
  const link = doctored(await tarOf([[{name: 'a', type: 'symlink', linkname: 'b'}]]), (header) =>
    header.write('00000001000\0', 124),
  )
  const layer = Buffer.concat([link.subarray(0, 512), plain])
  t.is((await read(await dockerArchive({layers: [layer]}))).tree.get('/a.txt')?.kind, 'file')
})

test('what stands behind the end of a layer is no part of it', async (t) => {
  const facts = await read(await dockerArchive({layers: [Buffer.concat([plain, await layerOf({hidden: 'x'})])]}))
  t.deepEqual(
    [...facts.tree.all()].map(({path}) => path),
    ['/a.txt'],
  )
})

const whole = await ociArchive({layers: [plain, await layerOf({'b.txt': 'b'.repeat(3000)})]}, 'gzip')
// Blocks of zeros at the end say nothing, and programs leave them out.
const meaningful = whole.subarray(0, -1024)

test('an archive that is cut off anywhere is no image', async (t) => {
  for (let length = 0; length < meaningful.length - 512; length += 97)
    t.true(isImmError(await t.throwsAsync(read(whole.subarray(0, length)))), `cut off at ${length}`)
})

test('whatever is changed in an archive, it is read as before or ends in an error of imm', async (t) => {
  const changes = fc.array(fc.tuple(fc.nat(meaningful.length - 1), fc.nat(255)), {minLength: 1, maxLength: 4})
  const expected = JSON.stringify([...(await read(whole)).tree.all()])
  await fc.assert(
    fc.asyncProperty(changes, async (bytes) => {
      const archive = Buffer.from(whole)
      for (const [at, byte] of bytes) archive[at] = byte
      const seen = await read(archive).then(
        ({tree}) => JSON.stringify([...tree.all()]),
        (error: unknown) => error,
      )
      return seen === expected || seen instanceof ImmError
    }),
    {numRuns: 400},
  )
  t.pass()
})

const layer = await tarOf([
  [{name: 'dir', type: 'directory'}],
  [{name: 'dir/file', pax: {'SCHILY.xattr.user.a': 'b'}}, 'content'],
  [{name: 'dir/link', type: 'symlink', linkname: 'file'}],
  [{name: 'dir/second', type: 'link', linkname: 'dir/file'}],
  [{name: `${'long/'.repeat(40)}.wh.gone`}, ''],
])

test('whatever is changed in a layer whose digest is right, its files are all inside the image', async (t) => {
  const changes = fc.array(
    fc.tuple(fc.nat(layer.length - 1), fc.constantFrom(...Buffer.from('\0./0157xgLKS\xff', 'latin1'))),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  await fc.assert(
    fc.asyncProperty(changes, async (bytes) => {
      const changed = Buffer.from(layer)
      for (const [at, byte] of bytes) changed[at] = byte
      for (let at = 0; at + 512 <= changed.length; at += 512)
        if (changed.toString('latin1', at + 257, at + 262) === 'ustar')
          doctored(changed.subarray(at), () => {}).copy(changed, at)
      const paths = await read(await dockerArchive({layers: [changed]})).then(
        ({tree}) => [...tree.all()].map(({path}) => path),
        (error: unknown) => error,
      )
      return (
        paths instanceof ImmError ||
        (Array.isArray(paths) &&
          paths.every((path) => /^\/[^]/.test(String(path)) && !String(path).split('/').includes('..')))
      )
    }),
    {numRuns: 400},
  )
  t.pass()
})
