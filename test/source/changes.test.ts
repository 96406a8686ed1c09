import {mkdir, rename, rm, symlink, utimes, writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'
import {execa} from 'execa'

import {addTree, listen, makeTree, never, open} from './tree.ts'

const git = async (directory: string, ...args: string[]): Promise<void> => {
  await execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {cwd: directory})
}

for (const poll of [false, true]) {
  const how = poll ? 'polling' : 'events'

  test(`${how}: a save is one change, and says what and when`, async (t) => {
    const directory = await makeTree(t, {'src/a.ts': '1'})
    const source = open(t, directory, {poll})
    await source.snapshot(never)
    const changes = listen(t, source)
    const savedMs = Date.now()
    await writeFile(`${directory}/src/a.ts`, '2')
    const {files, count, firstEventMs, settings} = await changes.next()
    t.deepEqual({files, count, settings}, {files: ['src/a.ts'], count: 1, settings: false})
    t.true(firstEventMs >= savedMs && firstEventMs <= Date.now())
    await changes.stop()
  })

  test(`${how}: a file written aside and renamed over the old one is one change of that file`, async (t) => {
    const directory = await makeTree(t, {'src/a.ts': '1'})
    const source = open(t, directory, {poll, quietMs: 300})
    await source.snapshot(never)
    const changes = listen(t, source)
    await writeFile(`${directory}/src/.a.ts.tmp`, '2')
    await rename(`${directory}/src/.a.ts.tmp`, `${directory}/src/a.ts`)
    t.deepEqual(
      (await changes.next()).files.filter((file) => file !== 'src'),
      ['src/a.ts'],
    )
  })

  test(`${how}: new, removed and emptied directories count`, async (t) => {
    const directory = await makeTree(t, {'a/b/c': '1'})
    const source = open(t, directory, {poll, quietMs: 300})
    await source.snapshot(never)
    const changes = listen(t, source)
    await mkdir(`${directory}/empty`)
    t.deepEqual((await changes.next()).files, ['empty'])
    await source.snapshot(never)
    await rm(`${directory}/a`, {recursive: true})
    t.deepEqual((await changes.next()).files, ['a', 'a/b', 'a/b/c'])
  })

  test(`${how}: settings outside of the context are watched, before they exist and after`, async (t) => {
    const directory = await makeTree(t, {'app/Dockerfile': 'FROM scratch', 'other.txt': ''})
    const settingsFiles = [`${directory}/imm.yaml`, `${directory}/app/.env`]
    await addTree(directory, {'app/.dockerignore': '.env'})
    const source = open(t, directory, {poll, context: `${directory}/app`, settingsFiles})
    await source.snapshot(never)
    const changes = listen(t, source)
    await writeFile(`${directory}/imm.yaml`, 'port: 1')
    const added = await changes.next()
    t.deepEqual([added.files, added.settings], [['imm.yaml'], true])
    await writeFile(`${directory}/app/.env`, 'A=1')
    const env = await changes.next()
    t.deepEqual([env.files, env.settings], [['app/.env'], true])
    await writeFile(`${directory}/other.txt`, 'changed')
    await utimes(`${directory}/imm.yaml`, 1, 1)
    await changes.nothingBefore(() => writeFile(`${directory}/app/a`, ''), 'app/a')
  })

  test(`${how}: what is ignored, touched, or written by editors alone is no change`, async (t) => {
    const directory = await makeTree(t, {'.dockerignore': 'node_modules\n*.log', 'node_modules/a': '', 'src/a.ts': '1'})
    const source = open(t, directory, {poll, quietMs: 300, ignore: ['docs']})
    await source.snapshot(never)
    const changes = listen(t, source)
    await addTree(directory, {
      'node_modules/b': '',
      'app.log': '',
      'docs/readme': '',
      '.git/index': '',
      '.imm/state': '',
      'src/4913': '',
      'src/.a.ts.swp': '',
      'src/a.ts~': '',
      'src/.#a.ts': {link: 'me@host.1'},
      'src/a.ts___jb_tmp___': '',
    })
    await utimes(`${directory}/src/a.ts`, 1, 1)
    await writeFile(`${directory}/src/a.ts`, '1')
    await changes.nothingBefore(() => writeFile(`${directory}/src/b.ts`, ''), 'src/b.ts')
  })
}

test('a file that is gone again when the batch comes to rest is no change', async (t) => {
  const directory = await makeTree(t, {a: '1'})
  const source = open(t, directory, {quietMs: 300})
  await source.snapshot(never)
  const changes = listen(t, source)
  await writeFile(`${directory}/some-temporary-file`, 'x')
  await rm(`${directory}/some-temporary-file`)
  await writeFile(`${directory}/a`, '2')
  await writeFile(`${directory}/a`, '1')
  await changes.nothingBefore(() => writeFile(`${directory}/b`, ''), 'b')
})

test('a file that is taken away and comes back within the quiet period is never missing', async (t) => {
  const directory = await makeTree(t, {a: '1'})
  const source = open(t, directory, {quietMs: 300})
  await source.snapshot(never)
  const changes = listen(t, source)
  const next = changes.next()
  await rm(`${directory}/a`)
  await writeFile(`${directory}/a`, '2')
  t.deepEqual((await next).files, ['a'])
  t.is((await source.snapshot(never)).files, 2)
})

test('a checkout of a thousand files is one change', async (t) => {
  const directory = await makeTree(t)
  await git(directory, 'init', '-q', '-b', 'one')
  await git(directory, 'add', '.')
  await git(directory, 'commit', '-q', '-m', 'one')
  await git(directory, 'checkout', '-q', '-b', 'two')
  await addTree(
    directory,
    Object.fromEntries(Array.from({length: 1000}, (_, index) => [`src/d${index % 20}/f${index}`, String(index)])),
  )
  await git(directory, 'add', '.')
  await git(directory, 'commit', '-q', '-m', 'two')
  await git(directory, 'checkout', '-q', 'one')
  const source = open(t, directory)
  await source.snapshot(never)
  const changes = listen(t, source)
  const next = changes.next()
  await git(directory, 'checkout', '-q', 'two')
  const {count, files} = await next
  // The files, `src` and its twenty directories.
  t.is(count, 1021)
  t.is(files.length, 20)
  t.is((await source.snapshot(never)).files, 1001)
  await changes.nothingBefore(() => writeFile(`${directory}/mark`, ''), 'mark')
})

test('while git holds its lock, the batch waits', async (t) => {
  const directory = await makeTree(t, {a: '1'})
  await git(directory, 'init', '-q')
  const source = open(t, directory, {quietMs: 10})
  await source.snapshot(never)
  const changes = listen(t, source)
  await writeFile(`${directory}/.git/index.lock`, '')
  const next = changes.next()
  await writeFile(`${directory}/a`, '2')
  const early = await Promise.race([
    next.then(() => 'early'),
    new Promise((resolve) => setTimeout(resolve, 300, 'waits')),
  ])
  t.is(early, 'waits')
  await writeFile(`${directory}/b`, '')
  await rm(`${directory}/.git/index.lock`)
  t.deepEqual((await next).files, ['a', 'b'])
})

test('a directory that is deleted and made again is watched as before', async (t) => {
  const directory = await makeTree(t, {'src/a': '1', 'src/deep/b': '1'})
  const source = open(t, directory, {quietMs: 500})
  await source.snapshot(never)
  const changes = listen(t, source)
  const next = changes.next()
  await rm(`${directory}/src`, {recursive: true})
  await addTree(directory, {'src/a': '1', 'src/deep/b': '2'})
  t.deepEqual((await next).files, ['src/deep/b'])
  await source.snapshot(never)
  await writeFile(`${directory}/src/deep/b`, '3')
  t.deepEqual((await changes.next()).files, ['src/deep/b'])
})

test('links are watched as links and never followed', async (t) => {
  const outside = await makeTree(t, {file: '1'})
  const directory = await makeTree(t, {away: {link: outside}, file: {link: path.join(outside, 'file')}})
  const source = open(t, directory)
  await source.snapshot(never)
  const changes = listen(t, source)
  await writeFile(`${outside}/file`, '2')
  await writeFile(`${outside}/new`, '2')
  await changes.nothingBefore(async () => {
    await rm(`${directory}/file`)
    await symlink('elsewhere', `${directory}/file`)
  }, 'file')
})

test('what happens between the snapshot and the listening is told, and nothing twice', async (t) => {
  const directory = await makeTree(t, {a: '1'})
  const source = open(t, directory)
  await source.snapshot(never)
  await writeFile(`${directory}/a`, '2')
  const changes = listen(t, source)
  t.deepEqual((await changes.next()).files, ['a'])
  await source.snapshot(never)
  await changes.nothingBefore(() => writeFile(`${directory}/b`, ''), 'b')
})

test('a change that the snapshot has already is not told', async (t) => {
  const directory = await makeTree(t, {a: '1'})
  const source = open(t, directory)
  await source.snapshot(never)
  await writeFile(`${directory}/a`, '2')
  await source.snapshot(never)
  const changes = listen(t, source)
  await changes.nothingBefore(() => writeFile(`${directory}/b`, ''), 'b')
})

test('other ignore rules are a change, and directories that they let in are watched from then on', async (t) => {
  const directory = await makeTree(t, {'.dockerignore': 'lib\n.dockerignore', 'lib/a': '1'})
  const source = open(t, directory)
  await source.snapshot(never)
  const changes = listen(t, source)
  await writeFile(`${directory}/.dockerignore`, '.dockerignore')
  t.deepEqual((await changes.next()).files, ['.dockerignore'])
  await source.snapshot(never)
  await writeFile(`${directory}/lib/a`, '2')
  t.deepEqual((await changes.next()).files, ['lib/a'])
})

test('watch.paths narrows what starts a build; the Dockerfile always does', async (t) => {
  const directory = await makeTree(t, {'src/a': '1', 'docs/b': '1'})
  const source = open(t, directory, {paths: ['src', 'later'], quietMs: 300})
  const before = await source.snapshot(never)
  const changes = listen(t, source)
  await writeFile(`${directory}/docs/b`, '2')
  t.not((await source.snapshot(never)).digest, before.digest)
  await changes.nothingBefore(() => writeFile(`${directory}/Dockerfile`, 'FROM scratch'), 'Dockerfile')
  await addTree(directory, {'later/c': ''})
  t.deepEqual((await changes.next()).files, ['later', 'later/c'])
})

test('a tree that never comes to rest yields a change all the same, and the file is named', async (t) => {
  const directory = await makeTree(t, {a: '1', 'log/app.log': ''})
  const source = open(t, directory, {quietMs: 500})
  await source.snapshot(never)
  const changes = listen(t, source)
  const timer = setInterval(() => void writeFile(`${directory}/log/app.log`, 'line\n', {flag: 'a'}), 10)
  t.teardown(() => clearInterval(timer))
  let warnings: readonly string[] = []
  // On a machine that is busy otherwise the file comes to rest now and then.
  while (warnings.length === 0) {
    t.deepEqual((await changes.next()).files, ['log/app.log'])
    warnings = (await source.snapshot(never)).warnings
  }
  clearInterval(timer)
  t.regex(warnings.join('\n'), /^log\/app\.log is written all the time.*\.dockerignore/)
  t.deepEqual((await source.snapshot(never)).warnings, [])
})
