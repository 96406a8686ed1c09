import {createHash} from 'node:crypto'

import {execa} from 'execa'

import {composeProject, servers} from '../support/compose-project.ts'
import {startDev} from '../support/dev.ts'
import {imm, immBin, immEnv, jsonLines} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'

const onPostgres = servers.postgres === undefined ? test.skip : test

const compose = {
  'compose.override.yaml': 'services: {}\n',
}

onPostgres(
  'the data of a database are kept, broken, brought back under imm dev, and cloned into another environment',
  async (t) => {
    t.timeout(300_000)
    await using project = await composeProject('compose-shop', compose)
    await using dev = startDev(project)
    await dev.goesLive('web')
    const run = async (...args: string[]) => imm(project, ...args)
    const psql = async (sql: string, environment = 'main') => {
      const {stdout, stderr, exitCode} = await run(
        'exec',
        '-s',
        'db',
        '-e',
        environment,
        '--',
        'psql',
        '-U',
        'shop',
        '-d',
        'shop',
        '-Atc',
        sql,
      )
      t.is(exitCode, 0, stderr)
      return stdout
    }
    await psql('create table kept as select i, md5(i::text) as text from generate_series(1, 50000) i')
    const sum = async (environment?: string) =>
      createHash('sha256')
        .update(await psql('select * from kept order by i', environment))
        .digest('hex')
    const before = await sum()
    const listed = jsonLines((await run('volume', 'ls', '--json')).stdout)
    // Redis' image declares one.
    t.deepEqual(
      listed.map(({key}) => key),
      ['cache/data', 'db-data'],
    )

    const taken = await run('volume', 'snapshot', 'db-data', '--name', 'good', '--json')
    t.is(taken.exitCode, 0, taken.stderr)
    const happenings = jsonLines(taken.stdout).map((line) => line['type'])
    t.deepEqual(
      happenings.filter((type) => type !== 'progress'),
      ['paused', 'resumed', 'snapshot'],
    )
    t.is(await sum(), before)

    await psql('update kept set text = null; create table broken (i int)')
    t.not(await sum(), before)
    const refused = await run('volume', 'restore', 'db-data', 'good')
    t.regex(refused.stderr, /NOT_CONFIRMED/)
    const restored = await run('volume', 'restore', 'db-data', 'good', '--yes', '--json')
    t.is(restored.exitCode, 0, restored.stderr)
    const lines = jsonLines(restored.stdout)
    const types = lines.map((line) => line['type']).filter((type) => type !== 'progress')
    t.deepEqual(types, ['paused', 'stopped', 'started', 'restored'])
    t.like(lines.at(-1), {volume: 'db-data', snapshot: 'good'})
    t.is(await sum(), before)
    t.is(
      await psql("select count(*) from pg_tables where tablename = 'broken'"),
      '0',
      'what is not in the snapshot is gone',
    )
    t.deepEqual(
      dev.events.filter(({type}) => type === 'died'),
      [],
    )

    // The backup has what was broken, and goes back as well.
    const backup = String(lines.at(-1)?.['backup'])
    const back = await run('volume', 'restore', 'db-data', backup, '--yes', '--no-backup')
    t.is(back.exitCode, 0, back.stderr)
    t.is(await psql("select count(*) from pg_tables where tablename = 'broken'"), '1')

    const used = await run('volume', 'rm', 'db-data', '--yes')
    t.regex(used.stderr, /VOLUME_IN_USE/)
    const cloned = await run('volume', 'clone', 'db-data', '--to', 'preview')
    t.is(cloned.exitCode, 0, cloned.stderr)
    t.regex((await run('volume', 'ls', '-e', 'preview')).stdout, /^db-data +not used$/m)
    t.is((await run('volume', 'rm', 'db-data', '-e', 'preview', '--yes')).exitCode, 0)
    t.is((await run('volume', 'ls', '-e', 'preview', '--json')).stdout, '')

    t.is((await run('volume', 'rm', `db-data@${backup}`, '--yes')).exitCode, 0)
    await dev.stop()
    t.regex((await run('down')).stdout, /Kept, because they hold data: .*_snapshot_good/)
    t.regex((await run('volume', 'ls', '--size')).stdout, /^ {2}db-data@good +\d+ MB +snapshot/m)
    t.regex((await run('down', '--volumes')).stdout, /\d shared volumes/)
    t.is((await run('volume', 'ls', '--json')).stdout, '')
  },
)

const withCommands = `
services:
  cache:
    image: \${REDIS_IMAGE}
    volumes: ["data:/data"]
    x-imm:
      snapshot:
        command: cat /data/big
        restore: sh -c "cat > /data/again; sha256sum < /data/again > /data/sum"
volumes: {data: {}}
`

const onRedis = servers.redis === undefined ? test.skip : test

onRedis('a service that says how keeps what its command prints, and reads it again as it runs', async (t) => {
  t.timeout(180_000)
  await using project = await composeProject('compose-queue', {'compose.yaml': withCommands})
  await using dev = startDev(project)
  await dev.next('service', ({service, state}) => service === 'cache' && state === 'started')
  const inCache = async (script: string) => {
    const {stdout, stderr, exitCode} = await imm(project, 'exec', '-s', 'cache', '--', 'sh', '-c', script)
    t.is(exitCode, 0, stderr)
    return stdout
  }
  const sum = await inCache('head -c 50000000 /dev/urandom > /data/big; sha256sum < /data/big')
  const taken = await imm(project, 'volume', 'snapshot', 'data', '-n', 'one')
  t.regex(taken.stdout, /^Kept data@one: a dump of cache, 50 MB\.$/m, taken.stderr)
  await inCache('rm /data/big')
  const failed = await imm(project, 'volume', 'snapshot', 'data', '-n', 'two')
  t.regex(failed.stderr, /SNAPSHOT_FAILED.*`cat \/data\/big` of service cache ended with exit code 1/)
  t.regex(failed.stderr, /No such file/)
  const restored = await imm(project, 'volume', 'restore', 'data', 'one', '--yes', '--no-backup')
  t.is(restored.exitCode, 0, restored.stderr)
  t.is(await inCache('cat /data/sum'), sum)
  const exported = await execa(process.execPath, [immBin, 'volume', 'export', 'data@one'], {
    cwd: project.directory,
    env: immEnv(project),
    encoding: 'buffer',
  })
  t.true(sum.startsWith(createHash('sha256').update(exported.stdout).digest('hex')))
  t.deepEqual(
    jsonLines((await imm(project, 'volume', 'ls', '--json')).stdout).map(({snapshots}) =>
      (snapshots as {name: string}[]).map(({name}) => name),
    ),
    [['one']],
  )
})
