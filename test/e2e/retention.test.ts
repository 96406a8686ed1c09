import {startDev} from '../support/dev.ts'
import {containersOf, imagesOf} from '../support/engine-socket.ts'
import {imm, jsonLines} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject} from '../support/project.ts'

/** Trials are nobody's: any imm on the engine removes old ones, also between two looks. */
const kinds = (stdout: string): unknown[] =>
  jsonLines(stdout)
    .filter(({type, kind}) => type === 'leftover' && kind !== 'trial')
    .map(({kind}) => kind)
    .toSorted((a, b) => String(a).localeCompare(String(b)))

test('a rollback restores settings and pins, and what a killed imm leaves is named by imm gc, and then removed', async (t) => {
  await using project = await testProject({
    settings: 'envFile: .env\nkeep: {warm: 1, stopped: 1, images: 2}',
    files: {'.env': 'GREETING=first\n', '.dockerignore': '.env\n'},
  })
  await using dev = startDev(project)
  const first = await dev.goesLive()
  await project.write('.env', 'GREETING=second\n')
  await dev.goesLive()
  await project.write('src/greeting.txt', 'version three')
  await dev.goesLive()
  await dev.next('stopped', ({release}) => release === first.release)

  // Stopped, so it has all that it was started with; -2 reaches it whatever else is warm.
  const back = await imm(project, 'rollback', '-2', '--json')
  t.like(jsonLines(back.stdout)[0], {type: 'rollback', release: first.release, notes: []})
  t.is((await dev.fetch()).release, first.release)
  const status = jsonLines((await imm(project, 'status', '--json')).stdout)
  t.is(status[0]?.['pinned'], first.release)

  dev.kill('SIGKILL')
  await dev.ended
  // Routed to, it is nobody's leftover; only what waited for the next save is.
  const routed = await imm(project, 'gc', '--dry-run', '--json')
  t.deepEqual(
    kinds(routed.stdout).filter((kind) => kind === 'container'),
    [],
    routed.stdout,
  )
  await imm(project, 'proxy', 'stop')
  const before = (await containersOf(project.name)).length
  const named = await imm(project, 'gc', '--dry-run', '--json')
  t.is((await containersOf(project.name)).length, before, 'a dry run removes nothing')
  const removed = await imm(project, 'gc', '--json')
  t.is(removed.exitCode, 0, removed.stderr)
  t.true(kinds(named.stdout).includes('container'))
  t.deepEqual(kinds(removed.stdout), kinds(named.stdout))
  t.deepEqual(await containersOf(project.name), [])
  t.true((await imagesOf(project.name)).length > 0, 'what can be rolled back to stays')
})
