import {randomBytes} from 'node:crypto'
import {chmod, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import type {FileSource, MountedFile} from '../../src/config/settings.ts'
import {isImmError} from '../../src/errors.ts'
import {filesOf, type AppFiles, type FilesOptions} from '../../src/secrets/files.ts'
import {leftFiles} from '../../src/secrets/left.ts'
import {memoryDirectories} from '../../src/secrets/memory-directory.ts'
import {testSettings} from '../support/lifecycle-settings.ts'

const {signal} = new AbortController()
const key = randomBytes(32)

interface Bench {
  directory: string
  notes: string[]
  /** of another imm with the same state */
  again: (changes?: Partial<FilesOptions>) => AppFiles
  paths: {home: string; runtime: string}
}

const bench = async (t: ExecutionContext): Promise<Bench & {files: AppFiles}> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-files-'))
  const paths = {home: path.join(directory, 'home'), runtime: path.join(directory, 'run')}
  const notes: string[] = []
  const again = (changes: Partial<FilesOptions> = {}) =>
    filesOf({
      id: {project: 'shop', environment: 'main', app: 'web'},
      paths,
      directory,
      facts: {endpoint: 'unix:///var/run/docker.sock', dataRoot: '/var/lib/docker'},
      key: async () => key,
      note: (message) => void notes.push(message),
      ...changes,
    })
  t.teardown(async () => {
    for (const one of await memoryDirectories(paths, true)) await rm(one.path, {recursive: true, force: true})
    await rm(directory, {recursive: true, force: true})
  })
  return {directory, paths, notes, again, files: again()}
}

const secret = (source: FileSource, more: Partial<MountedFile> = {}): MountedFile => ({
  kind: 'secret',
  name: 'password',
  source,
  path: '/run/secrets/password',
  mode: 0o444,
  ...more,
})

const digestOf = async (files: AppFiles, file: MountedFile): Promise<MountedFile> => {
  const [digested = file] = (await files.withDigests(testSettings({files: [file]}), signal)).files
  return digested
}

test('a file is placed for its release with its mode, where nobody else may enter, and mounted read-only', async (t) => {
  const {directory, files} = await bench(t)
  await writeFile(path.join(directory, 'password.txt'), 'hunter2 \n')
  const file = await digestOf(files, secret({kind: 'file', path: path.join(directory, 'password.txt')}, {mode: 0o440}))
  const [bind] = await files.place('r1-0000000', [file], signal)
  t.like(bind, {path: '/run/secrets/password', readOnly: true})
  const source = bind?.source ?? ''
  t.is(await readFile(source, 'utf8'), 'hunter2 \n')
  t.is((await stat(source)).mode & 0o777, 0o440)
  for (let above = path.dirname(source), count = 0; count < 6; above = path.dirname(above), count += 1)
    t.is((await stat(above)).mode & 0o777, 0o700, above)
  t.deepEqual(await readdir(path.dirname(source)), [path.basename(source)])
})

const sourceTest = process.platform === 'linux' ? test : test.skip
sourceTest('on Linux it lies in memory', async (t) => {
  const {paths} = await bench(t)
  const [top] = await memoryDirectories(paths, true, {})
  t.true(top.inMemory)
  t.regex(top.path, /^\/dev\/shm\/imm-\d+\/[0-9a-f]{16}$/)
  const other = await memoryDirectories({...paths, home: `${paths.home}2`}, true, {})
  t.not(other[0].path, top.path)
})

test('where the engine sees no memory of this host, that is said once', async (t) => {
  const {paths, notes, again} = await bench(t)
  const files = again({facts: {endpoint: 'unix:///docker.sock', dataRoot: undefined}})
  const file = secret({kind: 'content', content: 'x'})
  const [bind] = await files.place('r1-0000000', [file], signal)
  await files.place('r2-0000000', [file], signal)
  t.true(bind?.source.startsWith(paths.runtime))
  t.is(notes.length, 1)
  t.regex(notes[0] ?? '', /may be on a disk/)
})

test('a command is started without a shell, and the newline at its end is no part of the secret', async (t) => {
  const {files} = await bench(t)
  const source: FileSource = {
    kind: 'command',
    command: [process.execPath, '-e', 'console.log(process.argv[1])', '$HOME; ls'],
  }
  t.is((await files.read(secret(source), signal)).toString(), '$HOME; ls')
})

const failing = test.macro(async (t, source: FileSource, message: RegExp, output: readonly string[] = []) => {
  const {files} = await bench(t)
  const error = await t.throwsAsync(files.place('r1-0000000', [secret(source)], signal))
  if (!isImmError(error, 'SECRET_UNAVAILABLE')) return t.fail(String(error))
  t.regex(error.message, message)
  t.deepEqual(error.output, output)
  t.false(JSON.stringify([error.message, error.next, error.output]).includes('hunter2'))
  return undefined
})
test(
  'a missing file is named',
  failing,
  {kind: 'file', path: '/nowhere/p'},
  /^secret password \(file \/nowhere\/p\): there is no such file$/,
)
test(
  'a variable that is not set is named',
  failing,
  {kind: 'environment', variable: 'PW', value: undefined},
  /\(variable PW\): it is not set/,
)
test(
  'a program that is not there is named',
  failing,
  {kind: 'command', command: ['/nowhere/pass', 'hunter2']},
  /\(output of \/nowhere\/pass\): it can't be started/,
)
test(
  'a command that fails is shown by its stderr alone',
  failing,
  {
    kind: 'command',
    command: [process.execPath, '-e', 'console.log("hunter2"); console.error("locked"); process.exit(3)'],
  },
  /it ended with exit code 3$/,
  ['locked'],
)

test('an engine on another machine is refused', async (t) => {
  const {again} = await bench(t)
  const files = again({facts: {endpoint: 'tcp://build.example:2376', dataRoot: undefined}})
  const error = await t.throwsAsync(files.place('r1-0000000', [secret({kind: 'content', content: 'x'})], signal))
  t.true(isImmError(error, 'SECRET_UNAVAILABLE'))
  t.regex(error?.message ?? '', /tcp:\/\/build\.example:2376 is on another machine/)
  t.deepEqual(await files.place('r1-0000000', [], signal), [])
})

test('what is there stays for its release, also for another imm and without its source', async (t) => {
  const {directory, files, again} = await bench(t)
  const place = path.join(directory, 'password.txt')
  await writeFile(place, 'one')
  const file = await digestOf(files, secret({kind: 'file', path: place}))
  const first = await files.place('r1-0000000', [file], signal)
  await writeFile(place, 'two')
  t.deepEqual(await again().place('r1-0000000', [file], signal), first)
  await rm(place)
  t.deepEqual(await again().place('r1-0000000', [file], signal), first)
  t.deepEqual(await again().place('r1-0000000', [{...file, digest: undefined}], signal), first)
  t.is(await readFile(first[0]?.source ?? '', 'utf8'), 'one')
})

test('what is gone is written again from its source, and said where that is another', async (t) => {
  const {directory, files, notes, again} = await bench(t)
  const place = path.join(directory, 'password.txt')
  await writeFile(place, 'one')
  const file = await digestOf(files, secret({kind: 'file', path: place}))
  await files.place('r1-0000000', [file], signal)
  await files.clear(signal)
  await writeFile(place, 'two')
  const [bind] = await again().place('r1-0000000', [file], signal)
  t.is(await readFile(bind?.source ?? '', 'utf8'), 'two')
  t.deepEqual(notes, ['secret password of r1-0000000 is as it is now, and not as it was: what it was is kept nowhere'])
})

test('the same release number of an earlier life does not hand out its content', async (t) => {
  const {files} = await bench(t)
  const one = await digestOf(files, secret({kind: 'content', content: 'one'}))
  const two = await digestOf(files, secret({kind: 'content', content: 'two'}))
  await files.place('r1-0000000', [one], signal)
  const [bind] = await files.place('r1-0000000', [two], signal)
  t.is(await readFile(bind?.source ?? '', 'utf8'), 'two')
})

test('what is digested is what is placed: a command runs once for both', async (t) => {
  const {directory, files} = await bench(t)
  const log = path.join(directory, 'log')
  const script = `require('fs').appendFileSync(${JSON.stringify(log)}, 'x'); console.log('a')`
  const file = await digestOf(files, secret({kind: 'command', command: [process.execPath, '-e', script]}))
  await files.place('r1-0000000', [file], signal)
  await files.place('r2-0000000', [file], signal)
  t.is(await readFile(log, 'utf8'), 'x')
})

test('a digest tells contents apart; of a secret only under the key, of a config for everybody', async (t) => {
  const {files, again} = await bench(t)
  const other = again({key: async () => randomBytes(32)})
  const digest = async (by: AppFiles, kind: MountedFile['kind'], content: string) =>
    (await digestOf(by, secret({kind: 'content', content}, {kind}))).digest
  t.is(await digest(files, 'secret', 'a'), await digest(files, 'secret', 'a'))
  t.not(await digest(files, 'secret', 'a'), await digest(files, 'secret', 'b'))
  t.not(await digest(files, 'secret', 'a'), await digest(other, 'secret', 'a'))
  t.is(await digest(files, 'config', 'a'), await digest(other, 'config', 'a'))
  t.is((await digestOf(files, secret({kind: 'file', path: '/nowhere'}))).digest, undefined)
})

test('releases that are forgotten lose their files, and all of an app goes at once', async (t) => {
  const {files, paths} = await bench(t)
  const file = secret({kind: 'content', content: 'x'})
  const places = []
  for (const release of ['r1-0000000', 'r2-0000000'] as const)
    places.push(...(await files.place(release, [file], signal)))
  const [one, two] = places.map(({source}) => source)
  await files.retain(['r2-0000000'], signal)
  await t.throwsAsync(stat(one ?? ''), {code: 'ENOENT'})
  await t.notThrowsAsync(stat(two ?? ''))
  t.deepEqual(
    (await leftFiles(paths, true)).map(({id}) => id),
    [{project: 'shop', environment: 'main', app: 'web'}],
  )
  await files.clear(signal)
  t.deepEqual(await leftFiles(paths, true), [])
})

test('a release that was placed while older ones are forgotten keeps its files', async (t) => {
  const {files} = await bench(t)
  const file = secret({kind: 'content', content: 'x'})
  const [bind] = await files.place('r3-0000000', [file], signal)
  await files.retain(['r2-0000000'], signal)
  await t.notThrowsAsync(stat(bind?.source ?? ''))
})

test('an owner is given by root alone, and by everybody else said once', async (t) => {
  const {files, notes} = await bench(t)
  const file = secret({kind: 'content', content: 'x'}, {uid: '1234', gid: '2345'})
  const [bind] = await files.place('r1-0000000', [file], signal)
  await files.place('r2-0000000', [file], signal)
  const {uid, gid} = await stat(bind?.source ?? '')
  if (process.getuid?.() === 0) t.deepEqual([uid, gid, notes.length], [1234, 2345, 0])
  else t.deepEqual([uid, notes.length], [process.getuid?.(), 1])
})

test('a directory that somebody else may enter is refused, and nothing in it is taken or removed', async (t) => {
  const {paths, again} = await bench(t)
  const files = again({facts: {endpoint: 'unix:///docker.sock', dataRoot: undefined}})
  const file = secret({kind: 'content', content: 'x'})
  const [bind] = await files.place('r1-0000000', [file], signal)
  const above = path.join(paths.runtime, 'files')
  await chmod(above, 0o755)
  const error = await t.throwsAsync(files.place('r1-0000000', [file], signal))
  t.true(isImmError(error, 'STATE_UNWRITABLE'), String(error))
  await files.clear(signal)
  t.is(await readFile(bind?.source ?? '', 'utf8'), 'x')
  t.deepEqual(await leftFiles(paths, false), [])
})
