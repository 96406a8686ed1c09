import {startDev} from '../support/dev.ts'
import {applicationsOf, containersOf} from '../support/engine-socket.ts'
import {imm, jsonLines} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject, type TestProject} from '../support/project.ts'
import {until} from '../support/until.ts'

/** Finishes its work when it is told to end; what is in its `work.txt` it prints first. */
const worker = `
import {readFileSync} from 'node:fs'
console.log(readFileSync('src/work.txt', 'utf8').trim())
const tick = setInterval(() => {}, 1000)
process.on('SIGTERM', () => {
  clearInterval(tick)
  setTimeout(() => console.log('finished'), 200)
})
`

/** Does as its file says: \`migrate-N\`, \`fail\` or \`wait\`. */
const migrate = `
import {readFileSync} from 'node:fs'
const what = readFileSync('src/migration.txt', 'utf8').trim()
console.log('migrating', what, process.env.DB, process.env.HOW)
if (what === 'fail') process.exit(3)
if (what === 'wait') setInterval(() => {}, 1000)
`

const files = {
  'src/worker.js': worker,
  'src/migrate.js': migrate,
  'src/work.txt': 'ready to work\n',
  'src/migration.txt': 'migrate-1\n',
}

const jobsOf = async ({name}: TestProject) =>
  (await containersOf(name)).filter(({Labels}) => Labels['imm.role'] === 'job')

const runningOf = async ({name}: TestProject) => (await applicationsOf(name)).filter(({State}) => State !== 'exited')

test('a worker is replaced once its successor says that it is ready, its jobs run before, and it finishes its work', async (t) => {
  const settings = `port: none
command: node src/worker.js
env: {DB: here}
health: {log: "^ready", timeout: 3s}
jobs: [{name: migrate, command: node src/migrate.js, env: {HOW: up}}]`
  await using project = await testProject({settings, files})
  await using dev = startDev(project)
  const first = await dev.goesLive()
  t.like(await dev.next('job'), {
    release: first.release,
    name: 'migrate',
    ok: true,
    output: ['migrating migrate-1 here up'],
  })
  t.is(first.url, '')

  const [status] = jsonLines((await imm(project, 'status', '--json')).stdout)
  t.is(status?.['url'], undefined)
  const open = await imm(project, 'open', '--print')
  t.not(open.exitCode, 0)
  t.regex(open.stderr, /listens on nothing/)

  await project.write('src/migration.txt', 'fail\n')
  const failed = await dev.next('rejected')
  t.like(failed, {stage: 'jobs', code: 'JOB_FAILED', output: ['migrating fail here up']})
  t.is(failed.message, 'the job "migrate" failed: expected exit code 0, got 3')

  // A newer save kills it, whatever it is doing.
  await project.write('src/migration.txt', 'wait\n')
  await dev.next('log', ({text}) => text.startsWith('migrating wait'))
  t.is((await jobsOf(project)).length, 1)
  await project.write('src/migration.txt', 'migrate-2\n')
  await dev.next('superseded', ({stage}) => stage === 'jobs')
  const second = await dev.goesLive()
  t.is(second.previous, first.release)
  t.deepEqual(await jobsOf(project), [])
  await dev.next('log', ({release, text}) => release === first.release && text === 'finished')
  await dev.next('stopped', ({release}) => release === first.release)
  await until(async () => (await runningOf(project)).length === 1)

  await project.write('src/work.txt', 'not quite\n')
  const silent = await dev.next('rejected')
  t.like(silent, {stage: 'verify', code: 'UNHEALTHY', output: ['not quite']})
  t.regex(silent.message, /a line that matches \/\^ready\/: none of its 1 line matches/)

  const {exitCode} = await imm(project, 'rollback')
  t.is(exitCode, 0)
  t.is((await dev.next('live')).release, first.release)
})

/** Works while it alone has the lock. */
const alone = `
import {mkdirSync, readFileSync, rmdirSync} from 'node:fs'
mkdirSync('/data/lock')
console.log(readFileSync('src/work.txt', 'utf8').trim())
setInterval(() => {}, 1000)
process.on('SIGTERM', () => setTimeout(() => {
  rmdirSync('/data/lock')
  process.exit()
}, 300))
if (readFileSync('src/work.txt', 'utf8').startsWith('bad')) {
  rmdirSync('/data/lock')
  process.exit(4)
}
`

test('of what must not overlap there is never one beside another, also where the next one fails', async (t) => {
  const settings = `port: none
command: node src/worker.js
user: "0"
volumes: [data:/data]
overlap: false
keep: {warm: 2}`
  await using project = await testProject({settings, files: {...files, 'src/worker.js': alone}})
  await using dev = startDev(project)
  const first = await dev.goesLive()
  await project.write('src/work.txt', 'two\n')
  const second = await dev.goesLive()
  t.is(second.previous, first.release)
  await project.write('src/work.txt', 'bad\n')
  t.regex((await dev.next('rejected')).message, /exit code 4/)
  t.like(await dev.next('live'), {release: second.release, cause: 'replace'})
  const {exitCode} = await imm(project, 'rollback')
  t.is(exitCode, 0)
  t.is((await dev.next('live')).release, first.release)
  t.deepEqual(
    (await runningOf(project)).map(({State}) => State),
    ['running'],
  )
})
