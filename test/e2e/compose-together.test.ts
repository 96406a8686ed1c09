import {call} from '../support/call.ts'
import {startDev} from '../support/dev.ts'
import {test} from '../support/one-by-one.ts'
import {pageLoads} from '../support/page-loads.ts'
import {pairProject} from '../support/pair-project.ts'

test('a save that touches front end and API flips both in one step: no page meets the other version, and no request fails', async (t) => {
  await using project = await pairProject()
  await using dev = startDev(project)
  await Promise.all([dev.goesLive('web'), dev.goesLive('api')])
  await using visitors = pageLoads(dev.address('web'), dev.address('api'))
  await visitors.loaded(12)
  for (let version = 2; version <= 7; version++) {
    await project.save({web: version, api: version})
    await Promise.all([dev.goesLive('web'), dev.goesLive('api')])
    await visitors.loaded(12)
  }
  await visitors.stop()

  t.deepEqual(visitors.failures, [])
  t.deepEqual(
    visitors.loads.filter(({versions}) => new Set(versions).size > 1),
    [],
  )
  t.log(`${visitors.loads.length} page loads, ${visitors.loads.filter(({isAcross}) => isAcross).length} across a flip`)
  t.true(visitors.loads.some(({isAcross}) => isAcross))
  t.is((await call(dev.address('web'))).version, '7')
  t.is((await call({...dev.address('api'), path: '/items'})).version, '7')

  // A worker is one of them, too.
  await dev.goesLive('worker')
  await project.save({web: 8, worker: 8})
  await Promise.all([dev.goesLive('web'), dev.goesLive('worker')])
  t.is((await call(dev.address('web'))).version, '8')
})

test('a broken API keeps the new front end out, and its correction lets both in', async (t) => {
  await using project = await pairProject()
  await using dev = startDev(project)
  await Promise.all([dev.goesLive('web'), dev.goesLive('api')])
  await using visitors = pageLoads(dev.address('web'), dev.address('api'))
  await visitors.loaded(6)
  await project.save({web: 2, api: 'broken'})
  const broken = await dev.next('rejected', ({app}) => app === 'api')
  const held = await dev.next('rejected', ({app}) => app === 'web')
  t.is(broken.code, 'CRASHED')
  t.like(held, {code: 'TOGETHER_REJECTED', stage: 'shift'})
  t.true(held.message.startsWith(`api ${broken.release} was rejected: `), held.message)
  await visitors.loaded(12)

  // Not by being saved again, either.
  await project.save({web: 3})
  t.like(await dev.next('rejected', ({app}) => app === 'web'), {code: 'TOGETHER_REJECTED'})
  await visitors.loaded(12)
  t.deepEqual([...new Set(visitors.loads.flatMap(({versions}) => versions))], ['1'])

  await project.save({api: 3})
  await Promise.all([dev.goesLive('api'), dev.goesLive('web')])
  await visitors.loaded(12)
  await visitors.stop()
  t.deepEqual(visitors.failures, [])
  t.deepEqual([...new Set(visitors.loads.map(({versions}) => versions.join()))].toSorted(), ['1,1,1,1,1', '3,3,3,3,3'])
})

test('canary and flip: together are refused in one project', async (t) => {
  await using project = await pairProject({web: '    x-imm: {strategy: {canary: {steps: [{weight: 5, time: 1s}]}}}\n'})
  await using dev = startDev(project)
  t.is(await dev.ended, 1)
  t.regex(dev.stderr(), /web has `strategy: canary`, and with `flip: together` there are no shares/)
})

test('what was saved while no imm ran flips in one step, too', async (t) => {
  await using project = await pairProject()
  await using first = startDev(project)
  await Promise.all([first.goesLive('web'), first.goesLive('api')])
  await using visitors = pageLoads(first.address('web'), first.address('api'))
  await visitors.loaded(6)
  first.kill('SIGKILL')
  await first.ended
  await project.save({web: 2, api: 2})
  await using second = startDev(project)
  for (const app of ['web', 'api']) await second.next('live', (event) => event.app === app && event.cause === 'change')
  await visitors.loaded(12)
  await visitors.stop()
  t.deepEqual(visitors.failures, [])
  t.deepEqual([...new Set(visitors.loads.map(({versions}) => versions.join()))].toSorted(), ['1,1,1,1,1', '2,2,2,2,2'])
})
