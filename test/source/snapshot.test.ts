import {chmod, mkdir, rename, rm, symlink, truncate, utimes, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import path from 'node:path'

import test from 'ava'
import type {ExecutionContext} from 'ava'
import {execa} from 'execa'
import * as fc from 'fast-check'

import {isImmError} from '../../src/errors.ts'
import {keeperOf} from '../../src/source/contents.ts'
import {openSource} from '../../src/source/open.ts'
import {placeOf} from '../../src/source/place.ts'
import {snapshotOf} from '../../src/source/snapshot.ts'
import {entriesOf} from '../../src/source/tree.ts'
import {addTree, makeTree, never, open} from './tree.ts'

const everything = {everything: true, paths: new Set<string>()}

const look = async (directory: string, dockerfile = 'Dockerfile') => {
  const place = placeOf(directory, directory, dockerfile)
  return {snapshot: snapshotOf(place, await keeperOf(place).update(everything, never), [])}
}

const digestOf = async (directory: string): Promise<string> => (await look(directory)).snapshot.digest

const failure = async (t: ExecutionContext, directory: string, dockerfile?: string) => {
  const error = await t.throwsAsync(look(directory, dockerfile))
  if (!isImmError(error)) throw error
  return error
}

const pathsOf = async (directory: string): Promise<string[]> => {
  const {root} = await keeperOf(placeOf(directory, directory, 'Dockerfile')).update(everything, never)
  return [...entriesOf(root)].map((entry) => entry.path)
}

test('the digest does not depend on the order in which files came to be', async (t) => {
  const name = fc.stringMatching(/^[a-zé ]{1,6}$/).filter((text) => text.trim() === text)
  const files = fc.dictionary(
    fc.tuple(name, name).map((parts) => parts.join('/')),
    fc.string(),
    {minKeys: 1, maxKeys: 8},
  )
  await fc.assert(
    fc.asyncProperty(files, async (tree) => {
      const entries = Object.entries(tree)
      const forward = await makeTree(t, Object.fromEntries(entries))
      const backward = await makeTree(t)
      for (const [file, content] of entries.toReversed()) await addTree(backward, {[file]: content})
      t.is(await digestOf(forward), await digestOf(backward))
    }),
    {numRuns: 30},
  )
})

test('every file, its content, mode and link target count; its time does not', async (t) => {
  const directory = await makeTree(t, {a: 'one', 'b/c': 'two', empty: null, link: {link: 'a'}})
  const seen = new Set([await digestOf(directory)])
  const at = (file: string) => path.join(directory, file)
  await utimes(at('a'), 1, 1)
  seen.add(await digestOf(directory))
  t.is(seen.size, 1)
  const edits: (() => Promise<unknown>)[] = [
    () => writeFile(at('a'), 'eno'),
    () => chmod(at('a'), 0o755),
    () => chmod(at('b'), 0o700),
    () => rm(at('link')).then(() => symlink('b', at('link'))),
    () => rm(at('empty'), {recursive: true}),
    () => rename(at('b/c'), at('b/d')),
    () => mkdir(at('b/new')),
    () => writeFile(at('Dockerfile'), 'FROM scratch\n'),
    () => writeFile(at('.dockerignore'), 'Dockerfile\n.dockerignore\n'),
    () => writeFile(at('Dockerfile'), 'FROM scratch\nCOPY a /\n'),
    () => writeFile(at('.dockerignore'), '# the same\nDockerfile\n.dockerignore\n'),
  ]
  for (const [index, edit] of edits.entries()) {
    await edit()
    seen.add(await digestOf(directory))
    t.is(seen.size, index + 2, `edit ${index}`)
  }
})

test('what is ignored does not count, and a directory that is ignored as a whole is not looked into', async (t) => {
  const directory = await makeTree(t, {
    '.dockerignore': 'node_modules\nlog\n',
    'node_modules/a': '',
    log: 'x',
    '.git/HEAD': '',
  })
  const before = await digestOf(directory)
  await addTree(directory, {'node_modules/b': '', log: 'y', '.git/index': 'z', '.imm/state': ''})
  t.is(await digestOf(directory), before)
})

test('a directory above an exception enters with it', async (t) => {
  const directory = await makeTree(t, {
    '.dockerignore': '*\n!src/app/main.ts',
    'src/app/main.ts': '',
    'src/other/x': '',
    'docs/y': '',
  })
  t.deepEqual(await pathsOf(directory), ['Dockerfile', 'src', 'src/app', 'src/app/main.ts'])
})

test('names with spaces, line breaks and other scripts are files like others, and names that are no text are named', async (t) => {
  const directory = await makeTree(t, {' a b ': '1', 'line\nbreak': '2', 'größe/日本語': '3', '-rf': '4'})
  await writeFile(Buffer.concat([Buffer.from(`${directory}/bad`), Buffer.from([0xff, 0xfe])]), '5')
  const {snapshot} = await look(directory)
  t.is(snapshot.files, 5)
  t.is(snapshot.warnings.length, 1)
  t.regex(snapshot.warnings[0] ?? '', /not valid UTF-8: "bad\uFFFD\uFFFD"/)
})

test('sockets and FIFOs are left out, with their names', async (t) => {
  const directory = await makeTree(t, {a: ''})
  await execa('mkfifo', [path.join(directory, 'pipe')])
  const server = createServer().listen(path.join(directory, 'app.sock'))
  t.teardown(() => server.close())
  const {snapshot} = await look(directory)
  t.is(snapshot.files, 2)
  t.deepEqual(snapshot.warnings, [
    'Left out, because an image cannot hold sockets, FIFOs or devices: "app.sock", "pipe".',
  ])
})

test('a large file and a large context are named with their sizes', async (t) => {
  const directory = await makeTree(t, {'data/dump.bin': ''})
  await truncate(path.join(directory, 'data/dump.bin'), 510_000_000)
  const {snapshot} = await look(directory)
  t.regex(snapshot.warnings[0] ?? '', /^data\/dump\.bin is 510 MB .*\.dockerignore/)
  t.regex(snapshot.warnings[1] ?? '', /^The build context is 510 MB/)
})

const unreadable = test.macro(async (t, name: string) => {
  const directory = await makeTree(t, {'secret/key': {text: 'x', mode: 0o600}})
  await chmod(path.join(directory, 'secret'), name === 'secret' ? 0o700 : 0o755)
  await chmod(directory, 0o755)
  const script = `
    import {openSource} from ${JSON.stringify(path.resolve('src/source/open.ts'))}
    process.setgroups([]); process.setegid(65534); process.seteuid(65534)
    const directory = process.argv[1]
    const source = openSource({project: directory, context: directory, dockerfile: 'Dockerfile', settingsFiles: [],
      watch: {paths: [], ignore: [], quietMs: 50, poll: undefined}})
    await source.snapshot(new AbortController().signal).then(() => console.log('{}'), ({code, message, next}) => console.log(JSON.stringify({code, message, next})))
  `
  const {stdout} = await execa(process.execPath, ['--input-type=module', '--eval', script, directory])
  const {code, message, next} = JSON.parse(stdout) as Record<string, string>
  t.is(code, 'CONTEXT_UNREADABLE')
  t.regex(message ?? '', new RegExp(`^${name} cannot be read \\(EACCES\\)`))
  t.regex(next ?? '', new RegExp(`\`${name}\` in \\.dockerignore`))
})
// Only root can become a user who may not read; others would test their own permissions.
const asRoot = process.getuid?.() === 0 ? test : test.skip
asRoot('a file that may not be read is named, with the way out', unreadable, 'secret/key')
asRoot('a directory that may not be read is named, with the way out', unreadable, 'secret')

test('a missing context or Dockerfile is no project', async (t) => {
  const directory = await makeTree(t)
  t.is((await failure(t, path.join(directory, 'nowhere'))).code, 'PROJECT_NOT_FOUND')
  const error = await failure(t, directory, 'deploy/Dockerfile')
  t.is(error.code, 'PROJECT_NOT_FOUND')
  t.is(error.message, 'There is no deploy/Dockerfile.')
})

test('a Dockerfile outside of the context is refused, also behind a link', async (t) => {
  const directory = await makeTree(t, {Linked: {link: '../elsewhere'}})
  const watch = {paths: [], ignore: [], quietMs: 50, poll: undefined}
  const error = t.throws(() =>
    openSource({project: directory, context: directory, dockerfile: '../Dockerfile', settingsFiles: [], watch}),
  )
  t.true(isImmError(error, 'CONFIG_INVALID'))
  t.is((await failure(t, directory, 'Linked')).code, 'CONFIG_INVALID')
})

test('an aborted snapshot rejects with the reason', async (t) => {
  const source = open(t, await makeTree(t))
  const reason = new Error('enough')
  t.is(await t.throwsAsync(source.snapshot(AbortSignal.abort(reason))), reason)
  t.truthy(await source.snapshot(never))
})

const lookWithout = async (directory: string, options: {dockerfile?: undefined; outside?: string[]}) => {
  const watch = {paths: [], ignore: [], quietMs: 50, poll: undefined}
  const place = {project: directory, context: directory, dockerfile: 'Dockerfile', settingsFiles: [], watch}
  await using source = openSource({...place, ...options})
  return await source.snapshot(never)
}

test('a Dockerfile that comes from elsewhere need not be there, and one that is there is a file like any other', async (t) => {
  const directory = await makeTree(t, {'.dockerignore': 'Dockerfile\n', 'Dockerfile.dockerignore': '*\n', a: '1'})
  const {tree} = await lookWithout(directory, {dockerfile: undefined})
  t.deepEqual([...tree.children.keys()], ['.dockerignore', 'Dockerfile.dockerignore', 'a'])
})

test('what is outside enters no image, with all that it holds, whatever the ignore file lets in', async (t) => {
  const directory = await makeTree(t, {'.dockerignore': '!kept\n', password: 'x', 'kept/a': '1', 'kept2/a': '1'})
  const outside = ['password', 'kept'].map((name) => path.join(directory, name))
  const {tree} = await lookWithout(directory, {outside: [...outside, '/elsewhere']})
  t.deepEqual([...tree.children.keys()], ['.dockerignore', 'Dockerfile', 'kept2'])
})

test('what looks like credentials is pointed out, with the lines for .dockerignore', async (t) => {
  const directory = await makeTree(t, {
    '.env': 'KEY=x',
    '.env.example': 'KEY=',
    'tls/server.key': '-----BEGIN RSA PRIVATE KEY-----\n',
    'tls/ca.pem': '-----BEGIN CERTIFICATE-----\n',
    '.npmrc': '//registry.example/:_authToken=npm_0123\n',
    'web/.npmrc': '//registry.example/:_authToken=${NPM_TOKEN}\n',
    'node_modules/a/.env': 'KEY=x',
  })
  const {snapshot} = await look(directory)
  t.deepEqual(snapshot.warnings, [
    '".env", ".npmrc", "tls/server.key" look like credentials and are part of the build context: a COPY takes them into the image, for whoever gets it. Add to .dockerignore: .env .npmrc tls/server.key',
  ])
})
