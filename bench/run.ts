// npm run bench [dev|sustained|rollback|releases|compose|volume|together|wake|rest|branches|parity|proxy] [-- --write]: measures what README and docs/benchmarks.md state, on this machine; --write puts it there. `dev`: the loop at every size, beside
// its peers (--sizes=10,1000 and --no-peers leave the rest out). `sustained`: an edit every 2 s for --minutes=30.
// `rollback`: to the warm release. `releases`: --count=500 in a row, and what is left of them.
// `compose`: --count=100 releases of a Compose project while it writes to its database, and what is there after kill -9 of everything.
// `together`: --count=20 saves that touch a front end and its API, which flip together, with --loads=1000 page loads around each.
// `volume`: --count=1000 MB of PostgreSQL kept, broken and brought back, beside `cp -a`.
// `wake`: --count=20 first requests to a preview that rests, of each kind.
// `rest`: serve and the proxy at rest, with --previews=100 of which --awake=5 are, for --seconds=30.
// `branches`: serve with --branches=30 through --operations=200 of git (--seed=1), with requests and kill -9 of serve and of the proxy.
// `parity`: two images of --count=1000 MB compared, beside reading them once.
// `proxy`: the proxy beside nginx, HAProxy and Caddy (--only=imm,nginx; --measure=throughput,latency,memory,flips,builds; --quick: one
// short round).
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {cpus, tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'

import {execa} from 'execa'

import {ensureBaseImage} from '../scripts/setup/base-image.ts'
import {ensureEngine} from '../scripts/setup/engine.ts'
import {ensureServerImage} from '../scripts/setup/server-image.ts'
import {benchBranches} from './branches.ts'
import {coldStartTable, measureColdStart} from './cold-start.ts'
import {benchReleases} from './dev/releases.ts'
import {benchRollback} from './dev/rollback.ts'
import {allSizes, benchDev, benchSustained} from './dev/run.ts'
import {benchParity} from './parity.ts'
import {benchProxy} from './proxy/run.ts'
import {benchRest} from './rest.ts'
import {benchTogether} from './together.ts'
import {benchWake} from './wake.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const imm = path.join(root, 'bin', 'run.js')
const {values, positionals} = parseArgs({
  options: {
    write: {type: 'boolean', default: false},
    sizes: {type: 'string', default: allSizes.join(',')},
    'no-peers': {type: 'boolean', default: false},
    minutes: {type: 'string', default: '30'},
    count: {type: 'string'},
    loads: {type: 'string', default: '1000'},
    branches: {type: 'string', default: '30'},
    previews: {type: 'string', default: '100'},
    awake: {type: 'string', default: '5'},
    seconds: {type: 'string', default: '30'},
    operations: {type: 'string', default: '200'},
    seed: {type: 'string', default: '1'},
    quick: {type: 'boolean', default: false},
    only: {type: 'string', default: ''},
    measure: {type: 'string', default: ''},
  },
  allowPositionals: true,
})

const stop = new AbortController()
const abort = (): void => stop.abort()
const context = {signal: stop.signal, say: (line: string) => console.error(line)}
const baseImage = async (): Promise<string> => {
  const engine = await ensureEngine(context)
  process.env['DOCKER_HOST'] = engine.url
  return ensureBaseImage(engine, 'node', context)
}
await execa(process.execPath, ['scripts/build.mjs'], {cwd: root, stdio: ['ignore', 2, 2]})

const coldStart = async (): Promise<string> => {
  await baseImage()
  const home = await mkdtemp(path.join(tmpdir(), 'imm-bench-home-'))
  try {
    return coldStartTable(await measureColdStart(imm, {IMM_HOME: home}))
  } finally {
    await rm(home, {recursive: true})
  }
}

const dev = async (): Promise<string> =>
  benchDev({
    imm,
    image: await baseImage(),
    say: context.say,
    sizes: values.sizes.split(',').map(Number),
    peers: !values['no-peers'],
  })

const servers = async (): Promise<void> => {
  process.env['IMM_TEST_BASE_NODE'] = await baseImage()
  const engine = await ensureEngine(context)
  for (const name of ['postgres', 'redis'] as const)
    process.env[`IMM_TEST_BASE_${name.toUpperCase()}`] = await ensureServerImage(engine, name, context)
}

const volume = async (): Promise<string> => {
  await servers()
  // Reads these variables when it is loaded.
  const {benchVolume} = await import('./volume.ts')
  return benchVolume(Number(values.count ?? 1000), context.say)
}

const compose = async (): Promise<string> => {
  await servers()
  // Reads these variables when it is loaded.
  const {benchCompose} = await import('./compose.ts')
  return benchCompose(Number(values.count ?? 100), context.say)
}

const together = async (): Promise<string> => {
  process.env['IMM_TEST_BASE_NODE'] = await baseImage()
  return benchTogether(Number(values.count ?? 20), Number(values.loads), context.say)
}

const wake = async (): Promise<string> => {
  process.env['IMM_TEST_BASE_NODE'] = await baseImage()
  return benchWake(Number(values.count ?? 20), context.say)
}

const atRest = async (): Promise<string> => {
  process.env['IMM_TEST_BASE_NODE'] = await baseImage()
  const [previews, awake, seconds] = [values.previews, values.awake, values.seconds].map(Number) as [
    number,
    number,
    number,
  ]
  return benchRest(imm, {previews, awake, seconds}, context.say)
}

const branches = async (): Promise<string> => {
  process.env['IMM_TEST_BASE_NODE'] = await baseImage()
  const [count, operations, seed] = [values.branches, values.operations, values.seed].map(Number) as [
    number,
    number,
    number,
  ]
  return benchBranches({branches: count, operations, seed}, context.say)
}

/** Stopped, it ends what it started and removes what it wrote. */
const proxy = async (): Promise<string> => {
  // Not `once`: the children's own handlers, called after it, would find nobody else who minds the signal, and end the process.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, abort)
  const [only = [], measures = []] = [values.only, values.measure].map((list) =>
    list.split(',').filter((name) => name !== ''),
  )
  return benchProxy({root, only, measures, quick: values.quick, baseImage}, context)
}

const parts = {
  bench: coldStart,
  'bench dev': dev,
  'bench rollback': async () => benchRollback(imm, await baseImage()),
  'bench releases': async () => benchReleases(imm, await baseImage(), Number(values.count ?? 500), context.say),
  'bench compose': compose,
  'bench volume': volume,
  'bench together': together,
  'bench wake': wake,
  'bench rest': atRest,
  'bench branches': branches,
  'bench parity': async () => benchParity(imm, Number(values.count ?? 1000), context.say),
  'bench proxy': proxy,
  'bench sustained': async () =>
    benchSustained({imm, image: await baseImage(), say: context.say}, Number(values.minutes)),
}
const part = ['bench', ...positionals].join(' ') as keyof typeof parts
if (!(part in parts)) throw new Error(`there is no ${part}: ${Object.keys(parts).join(', ')}`)
const measured = await parts[part]().catch((error: unknown) => {
  if (!stop.signal.aborted) throw error
  process.exit(130)
})
const write = async (): Promise<void> => {
  for (const file of ['README.md', 'docs/benchmarks.md'].map((name) => path.join(root, name))) {
    const text = await readFile(file, 'utf8')
    const [before, rest] = text.split(`<!-- ${part} -->`)
    const after = rest?.split(`<!-- /${part} -->`)[1]
    if (before === undefined || after === undefined) continue
    return writeFile(file, `${before}<!-- ${part} -->\n${report}\n<!-- /${part} -->${after}`)
  }
  throw new Error(`no document has <!-- ${part} -->`)
}

const [processor] = cpus()
const command = `npm run ${part} -- --write`
const where = `Measured by \`${command}\`: ${cpus().length} x ${processor?.model.trim() ?? 'CPU'}, Node ${process.version}.`
const report = `${where}\n\n${measured}`
console.log(report)
if (values.write) await write()
