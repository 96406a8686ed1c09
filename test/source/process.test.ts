import path from 'node:path'

import test from 'ava'
import {execa, execaSync} from 'execa'

import {makeTree} from './tree.ts'

const script = (body: string): string[] => [
  '--input-type=module',
  '--eval',
  `import {appendFileSync} from 'node:fs'
   import {openSource} from ${JSON.stringify(path.resolve('src/source/open.ts'))}
   const [directory, pollOption] = process.argv.slice(1)
   const poll = pollOption === undefined ? undefined : pollOption === 'true'
   const source = openSource({project: directory, context: directory, dockerfile: 'Dockerfile', settingsFiles: [],
     watch: {paths: [], ignore: [], quietMs: 50, poll}})
   const stop = new AbortController()
   const {signal} = stop
   const save = () => appendFileSync(directory + '/d0/file', 'x')
   ${body}`,
]

const run = async (body: string, ...args: string[]) =>
  execa(process.execPath, [...script(body), ...args], {reject: false, timeout: 20_000})

for (const poll of ['false', 'true']) {
  test(`a process that aborts while it waits for changes ends by itself (polling: ${poll})`, async (t) => {
    const directory = await makeTree(t, {'d0/file': ''})
    const {stdout, exitCode, stderr} = await run(
      `const snapshot = await source.snapshot(signal)
       save()
       for await (const change of source.changes(signal)) {
         console.log(change.files.join())
         source.pack(await source.snapshot(signal), signal).read()
         setTimeout(() => stop.abort(), 50)
       }
       console.log('end')`,
      directory,
      poll,
    )
    t.deepEqual([stdout, exitCode, stderr], ['d0/file\nend', 0, ''])
  })
}

test('a process that only takes a snapshot ends by itself, without closing anything', async (t) => {
  const directory = await makeTree(t, {'d0/file': ''})
  const {stdout, exitCode} = await run(`console.log((await source.snapshot(signal)).files)`, directory)
  t.deepEqual([stdout, exitCode], ['2', 0])
})

test('waiting for a change keeps a process alive', async (t) => {
  const directory = await makeTree(t, {'d0/file': ''})
  const {timedOut} = await execa(
    process.execPath,
    [...script(`for await (const change of source.changes(signal)) console.log(change)`), directory],
    {reject: false, timeout: 1500},
  )
  t.true(timedOut)
})

const lower = 'echo 3 > /proc/sys/user/max_inotify_watches && exec "$@"'

/** A user namespace has its own limit of watches, which can be lowered without touching the machine's. */
const limited = async (body: string, ...args: string[]) => {
  const command = [process.execPath, ...script(body), ...args]
  return execa('unshare', ['-Ur', 'sh', '-c', lower, 'sh', ...command], {reject: false, timeout: 20_000})
}
const canLimit = execaSync('unshare', ['-Ur', 'sh', '-c', lower, 'sh', 'true'], {reject: false}).exitCode === 0
const withLimit = canLimit ? test : test.skip

withLimit('where the system has no more watches, changes are looked for, and the user is told', async (t) => {
  const directory = await makeTree(t, Object.fromEntries(Array.from({length: 9}, (_, index) => [`d${index}/file`, ''])))
  const {stdout} = await limited(
    `console.log((await source.snapshot(signal)).warnings.join())
     setTimeout(save, 100)
     for await (const change of source.changes(signal)) { console.log(change.files.join()); stop.abort() }`,
    directory,
  )
  const [warning, changed] = stdout.split('\n')
  t.regex(warning ?? '', /no more file watches.*looks for changes instead.*sysctl fs\.inotify\.max_user_watches/)
  t.is(changed, 'd0/file')
})

withLimit('where looking was ruled out, the lack of watches is an error', async (t) => {
  const directory = await makeTree(t, Object.fromEntries(Array.from({length: 9}, (_, index) => [`d${index}/file`, ''])))
  const {stdout} = await limited(
    `await source.snapshot(signal).catch(({code, next}) => console.log(code, next))
     try { for await (const change of source.changes(signal)) console.log(change) } catch ({code}) { console.log(code) }`,
    directory,
    'false',
  )
  t.regex(stdout, /^WATCH_LIMIT .*sysctl.*\nWATCH_LIMIT$/)
})
