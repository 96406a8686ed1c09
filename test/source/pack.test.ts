import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import type {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {setTimeout} from 'node:timers/promises'

import test from 'ava'
import type {ExecutionContext} from 'ava'
import {execa} from 'execa'
import * as fc from 'fast-check'
import {extract} from 'tar-stream'

import {isImmError} from '../../src/errors.ts'
import type {Source} from '../../src/lifecycle/ports.ts'
import type {Content} from './tree.ts'
import {addTree, makeTree, never, open} from './tree.ts'

const consume = async (stream: Readable): Promise<Buffer> => Buffer.concat(await stream.toArray())

const packed = async (source: Source): Promise<Buffer> => consume(source.pack(await source.snapshot(never), never))

const headersOf = async (archive: Buffer) => {
  const reader = extract()
  reader.end(archive)
  const headers = []
  for await (const entry of reader) {
    headers.push(entry.header)
    entry.resume()
  }
  return headers
}

const untarred = async (t: ExecutionContext, archive: Buffer): Promise<string> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-untar-'))
  t.teardown(() => rm(directory, {recursive: true, force: true}))
  await execa('tar', ['-x', '-p', '-f', '-', '-C', directory], {input: archive})
  return directory
}

/** Every path with what it is. */
const contentOf = async (directory: string): Promise<Record<string, string>> => {
  const found: Record<string, string> = {}
  // Without the types, Node's recursion would follow links.
  for (const entry of await readdir(directory, {recursive: true, withFileTypes: true})) {
    const file = path.join(entry.parentPath, entry.name)
    const name = path.relative(directory, file)
    const stat = await lstat(file)
    const mode = (stat.mode & 0o7777).toString(8)
    if (stat.isSymbolicLink()) found[name] = `-> ${await readlink(file)}`
    else if (stat.isDirectory()) found[name] = `directory ${mode}`
    else
      found[name] = `${mode} ${createHash('sha256')
        .update(await readFile(file))
        .digest('hex')}`
  }
  return found
}

test('what is unpacked is what was there', async (t) => {
  const segment = fc.oneof(
    fc.stringMatching(/^[a-z]{1,4}$/),
    fc.constantFrom('größe', 'a b', 'line\nbreak', '日本語', 'x'.repeat(120)),
  )
  const name = fc.array(segment, {minLength: 1, maxLength: 3}).map((parts) => `root/${parts.join('/')}/file`)
  const content: fc.Arbitrary<Content> = fc.oneof(
    fc.string(),
    fc.uint8Array({maxLength: 1100}).map((bytes) => Buffer.from(bytes)),
    fc.record({text: fc.string(), mode: fc.constantFrom(0o644, 0o755, 0o600, 0o4755, 0o000)}),
    fc.stringMatching(/^[a-zé/]{1,120}$/).map((link) => ({link})),
    fc.constant(null),
  )
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, content, {maxKeys: 8}), async (tree) => {
      const directory = await makeTree(t, tree)
      const archive = await packed(open(t, directory, {poll: true}))
      t.deepEqual(await contentOf(await untarred(t, archive)), await contentOf(directory))
    }),
    {numRuns: 30},
  )
})

test('entries belong to root and keep their times, to the fraction while they are fresh', async (t) => {
  const directory = await makeTree(t, {fresh: '1', old: '2'})
  const freshMs = Math.floor(Date.now() / 1000) * 1000 - 5000 + 250
  await utimes(path.join(directory, 'fresh'), freshMs / 1000, freshMs / 1000)
  await utimes(path.join(directory, 'old'), 1_000_000_000, 1_000_000_000)
  const headers = await headersOf(await packed(open(t, directory)))
  const of = (name: string) => headers.find((header) => header.name === name)
  t.is(of('old')?.mtime.getTime(), 1_000_000_000_000)
  t.is(Number((of('fresh')?.pax as Record<string, string> | undefined)?.['mtime']) * 1000, freshMs)
  for (const {uid, gid, uname} of headers) t.deepEqual([uid, gid, uname], [0, 0, ''])
})

test('an ignored Dockerfile is sent all the same, an ignored ignore file is not', async (t) => {
  const directory = await makeTree(t, {'.dockerignore': 'Dockerfile\n.dockerignore', a: ''})
  const names = (await headersOf(await packed(open(t, directory)))).map(({name}) => name)
  t.deepEqual(names, ['./', 'Dockerfile', 'a'])
})

test('an ignore file that does not count is not sent, because some builders would apply it', async (t) => {
  const directory = await makeTree(t, {'.dockerignore': 'a', 'Dockerfile.dockerignore': 'b', a: '', b: ''})
  const names = (await headersOf(await packed(open(t, directory)))).map(({name}) => name)
  t.deepEqual(names, ['./', 'Dockerfile', 'Dockerfile.dockerignore', 'a'])
})

const moves = test.macro(async (t, tree: Record<string, Content>, move: (directory: string) => Promise<unknown>) => {
  const directory = await makeTree(t, tree)
  const source = open(t, directory)
  const snapshot = await source.snapshot(never)
  await move(directory)
  const error = await t.throwsAsync(consume(source.pack(snapshot, never)))
  t.true(isImmError(error, 'SNAPSHOT_MOVED'), String(error))
  t.regex(error.message, /^a\/file changed/)
  // What came in its place is taken by the next snapshot.
  const again = await source.snapshot(never)
  t.not(again.digest, snapshot.digest)
  await t.notThrowsAsync(consume(source.pack(again, never)))
})
const large = 'x'.repeat(3_000_000)
test('a file with other content of the same size stops the archive', moves, {'a/file': 'one'}, (directory) =>
  writeFile(`${directory}/a/file`, 'eno'),
)
test('a file that has grown stops the archive', moves, {'a/file': 'one'}, (directory) =>
  writeFile(`${directory}/a/file`, '!', {flag: 'a'}),
)
test('a file that is gone stops the archive', moves, {'a/file': 'one'}, (directory) => rm(`${directory}/a/file`))
test('a file whose directory is gone stops the archive', moves, {'a/file': 'one'}, (directory) =>
  rename(`${directory}/a`, `${directory}/b`),
)
test('a file replaced by a FIFO stops the archive', moves, {'a/file': 'one'}, async (directory) => {
  await rm(`${directory}/a/file`)
  await execa('mkfifo', [`${directory}/a/file`])
})
test(
  'a file replaced by a link to the same content stops the archive',
  moves,
  {'a/file': 'one', other: 'one'},
  async (directory) => {
    await rm(`${directory}/a/file`)
    await addTree(directory, {'a/file': {link: '../other'}})
  },
)
test('a large file with other content stops the archive', moves, {'a/file': large}, (directory) =>
  writeFile(`${directory}/a/file`, large.replace('x', 'y')),
)
test('a large file that has grown stops the archive', moves, {'a/file': large}, (directory) =>
  writeFile(`${directory}/a/file`, '!', {flag: 'a'}),
)
test('a large file that was cut stops the archive', moves, {'a/file': large}, (directory) =>
  truncate(`${directory}/a/file`, 2_500_000),
)

test('what was digested is sent though a directory, a link and a mode are others since', async (t) => {
  const directory = await makeTree(t, {empty: null, link: {link: 'a'}, a: {text: '', mode: 0o755}})
  const source = open(t, directory)
  const snapshot = await source.snapshot(never)
  const before = await contentOf(directory)
  await rm(`${directory}/link`)
  await rm(`${directory}/empty`, {recursive: true})
  await execa('chmod', ['600', `${directory}/a`])
  t.deepEqual(await contentOf(await untarred(t, await consume(source.pack(snapshot, never)))), before)
})

test('nothing is read ahead of a reader that does not read', async (t) => {
  const directory = await makeTree(t)
  await mkdir(`${directory}/big`)
  for (let index = 0; index < 64; index++) await writeFile(`${directory}/big/${index}`, Buffer.alloc(1_000_000, index))
  const source = open(t, directory)
  const stream = source.pack(await source.snapshot(never), never)
  const before = process.memoryUsage().arrayBuffers
  await once(stream, 'readable')
  await setTimeout(200)
  t.true(process.memoryUsage().arrayBuffers - before < 40_000_000)
  stream.destroy()
})

test('an abort destroys the stream with its reason, before and while it is read', async (t) => {
  const directory = await makeTree(t, {large})
  const source = open(t, directory)
  const snapshot = await source.snapshot(never)
  const reason = new Error('enough')
  t.is(await t.throwsAsync(consume(source.pack(snapshot, AbortSignal.abort(reason)))), reason)
  const stop = new AbortController()
  const stream = source.pack(snapshot, stop.signal)
  await t.throwsAsync(
    pipeline(stream, async (pieces) => {
      for await (const piece of pieces) {
        t.truthy(piece)
        stop.abort(reason)
      }
    }),
    {is: reason},
  )
  t.true(stream.destroyed)
})
