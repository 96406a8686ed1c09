import {createHash} from 'node:crypto'
import {createReadStream} from 'node:fs'
import {lstat, mkdtemp, readdir, readlink, rm, truncate, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {pipeline} from 'node:stream/promises'

import Docker from 'dockerode'
import {execa} from 'execa'

import {dockerSocket} from '../test/contract/engine-docker.ts'
import {composeProject} from '../test/support/compose-project.ts'
import {startDev} from '../test/support/dev.ts'
import {imm, jsonLines} from '../test/support/imm.ts'
import {median, ms} from './statistics.ts'
import {table} from './table.ts'

const rounds = 3

/** `npm run bench volume`: a database with so many MB of rows, and its log on top, is kept, broken and brought back; every file is compared, and `cp -a` is timed beside it. */
export const benchVolume = async (megabytes: number, say: (line: string) => void): Promise<string> => {
  await using project = await composeProject('compose-shop')
  await using dev = startDev(project)
  await dev.goesLive('web')
  const run = async (...args: string[]) => {
    const startedMs = performance.now()
    const {exitCode, stdout, stderr} = await imm(project, 'volume', ...args, '--json')
    if (exitCode !== 0) throw new Error(`imm volume ${args.join(' ')}: ${stderr}`)
    return {tookMs: performance.now() - startedMs, lines: jsonLines(stdout)}
  }
  const psql = async (sql: string) => {
    const {exitCode, stderr} = await imm(
      project,
      'exec',
      '-s',
      'db',
      '--',
      'psql',
      '-U',
      'shop',
      '-d',
      'shop',
      '-c',
      sql,
    )
    if (exitCode !== 0) throw new Error(stderr)
  }
  say('  filling the database')
  // Rows of 1,920 letters, four to a page of 8 KB.
  await psql(
    `set jit = off; create table filler as select i, (select string_agg(md5(i::text || j::text), '') from generate_series(1, 60) j) as text from generate_series(1, ${megabytes * 490}) i`,
  )
  await psql('checkpoint')
  const rows: string[][] = []
  const row = (...cells: string[]) => {
    rows.push(cells)
    say(`  ${cells.join(', ')}`)
  }

  const live = await run('snapshot', 'db-data', '--name', 'live')
  const paused = live.lines.find(({type}) => type === 'resumed')?.['pausedMs']
  row('snapshot of the running database: it stood still', ms(Number(paused)))
  row('that snapshot, the whole command', ms(live.tookMs))
  const back = await run('restore', 'db-data', 'live', '--yes', '--no-backup')
  row('restore under `imm dev`, until the database is healthy again', ms(back.tookMs))
  await run('rm', 'db-data@live', '--yes')
  await dev.stop()

  const docker = new Docker({socketPath: dockerSocket})
  const {Mountpoint: place} = await docker.getVolume(`imm_${project.name}_main.db-data`).inspect()
  const before = await filesOf(place)
  const bytes = [...before.values()].reduce((sum, file) => sum + file.size, 0)
  const copies: number[] = []
  const snapshots: number[] = []
  const restores: number[] = []
  let different = 0
  for (let round = 1; round <= rounds; round++) {
    // On the same file system, and gone before the next.
    const target = await mkdtemp(path.join(path.dirname(path.dirname(place)), 'imm-bench-'))
    const startedMs = performance.now()
    await execa('cp', ['-a', `${place}/.`, target])
    copies.push(performance.now() - startedMs)
    await rm(target, {recursive: true})
    snapshots.push((await run('snapshot', 'db-data', '--name', 'kept')).tookMs)
    await spoil(place, before)
    restores.push((await run('restore', 'db-data', 'kept', '--yes', '--no-backup')).tookMs)
    different += differences(before, await filesOf(place))
    await run('rm', 'db-data@kept', '--yes')
  }
  row('`cp -a` of its directory', ms(median(copies)))
  row('`imm volume snapshot`, the whole command', ms(median(snapshots)))
  row('`imm volume restore --no-backup`, the whole command', ms(median(restores)))
  await imm(project, 'down', '--volumes')
  const size = `${(bytes / 1e9).toFixed(2)} GB in ${before.size.toLocaleString('en')} paths`
  return [
    table([`a PostgreSQL database, ${size}`, 'time'], rows),
    `The last three with the database down, median of ${rounds}, by turns. Path, kind, mode, owner and content of everything after a third of it was broken and restored: ${different} different.`,
  ].join('\n\n')
}

interface File {
  size: number
  /** kind, mode, owner, content */
  what: string
}

/** All that is below a directory, itself included. */
const filesOf = async (root: string): Promise<Map<string, File>> => {
  const found = new Map<string, File>()
  for (const name of ['.', ...(await readdir(root, {recursive: true}))]) {
    const file = path.join(root, name)
    const info = await lstat(file)
    const content = info.isFile() ? await digestOf(file) : info.isSymbolicLink() ? await readlink(file) : ''
    found.set(name, {
      size: info.isFile() ? info.size : 0,
      what: [info.mode, info.uid, info.gid, info.nlink > 1 && info.isFile(), content].join(' '),
    })
  }
  return found
}

const digestOf = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** Every third file is removed, cut or made anew. */
const spoil = async (root: string, files: ReadonlyMap<string, File>): Promise<void> => {
  const names = [...files].filter(([, {size}]) => size > 0).map(([name]) => path.join(root, name))
  for (const [at, name] of names.entries())
    if (at % 9 === 0) await rm(name)
    else if (at % 9 === 3) await truncate(name, 10)
    else if (at % 9 === 6) await writeFile(`${name}.new`, 'not there before')
}

const differences = (one: ReadonlyMap<string, File>, other: ReadonlyMap<string, File>): number =>
  [...new Set([...one.keys(), ...other.keys()])].filter((name) => one.get(name)?.what !== other.get(name)?.what).length
