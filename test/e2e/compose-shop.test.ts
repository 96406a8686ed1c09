import {killAllOf, servicesOf} from '../support/backing-services.ts'
import {call, rowsOf} from '../support/call.ts'
import {composeProject} from '../support/compose-project.ts'
import {startDev} from '../support/dev.ts'
import {imm, jsonLines} from '../support/imm.ts'
import {onServers} from '../support/on-servers.ts'
import {read} from '../support/read.ts'
import {steadyCalls} from '../support/steady-calls.ts'
import {until} from '../support/until.ts'
import {saveVersions, versionsByRelease} from '../support/version-saves.ts'

const releases = 10

onServers(
  ['postgres', 'redis'],
  'ten releases of the shop under load: no request fails, every order is there, and its servers were never replaced',
  async (t) => {
    await using project = await composeProject('compose-shop')
    await using dev = startDev(project)
    await dev.goesLive('web')
    const web = dev.address('web')
    const servers = async () => (await servicesOf(project.name)).map(({Id}) => Id).toSorted()
    const before = await servers()
    t.is(before.length, 2)
    await using orders = steadyCalls({...web, method: 'POST', path: '/orders'})
    await using pages = steadyCalls(web)
    await orders.served(20)
    const version = await saveVersions({project, dev, file: 'src/version.txt', apps: ['web']}, releases, [
      orders,
      pages,
    ])
    await orders.stop()
    await pages.stop()

    t.deepEqual([...orders.failures(), ...pages.failures()], [])
    t.is(await rowsOf({...web, path: '/orders'}), orders.answers.length)
    t.is((await call(web)).version, version)
    const byRelease = versionsByRelease([orders, pages])
    t.deepEqual(
      Object.values(byRelease),
      ['one', ...Array.from({length: releases}, (_, index) => `save ${index + 1}`)].map((one) => [one]),
    )
    t.deepEqual(await servers(), before)
  },
)

onServers(
  ['postgres', 'redis'],
  'kill -9 of imm dev, the proxy and every container of the shop: the next imm dev serves with every order there',
  async (t) => {
    await using project = await composeProject('compose-shop')
    await using first = startDev(project)
    await first.goesLive('web')
    const orders = steadyCalls({...first.address('web'), method: 'POST', path: '/orders'})
    await orders.served(50)
    await project.write('src/version.txt', 'two\n')
    await first.goesLive('web')
    await orders.served(20)
    await orders.stop()
    t.deepEqual(orders.failures(), [])

    const [proxy] = jsonLines((await imm(project, 'proxy', 'status', '--json')).stdout)
    first.kill('SIGKILL')
    process.kill(Number(proxy?.['pid']), 'SIGKILL')
    await killAllOf(project.name)
    await first.ended

    await using second = startDev(project)
    await second.goesLive('web')
    const web = second.address('web')
    t.is((await call(web)).version, 'two')
    t.is(await rowsOf({...web, path: '/orders'}), orders.answers.length)
    const {status, body} = await call({...web, method: 'POST', path: '/orders'})
    t.is(status, 201)
    t.true((JSON.parse(body) as {id: number}).id > orders.answers.length)
  },
)

onServers(
  ['postgres', 'redis'],
  'a migration that fails rejects its release, changes nothing and leaves the shop serving; a right one runs before the flip',
  async (t) => {
    await using project = await composeProject('compose-shop')
    await using dev = startDev(project)
    await dev.goesLive('web')
    const web = dev.address('web')
    await using orders = steadyCalls({...web, method: 'POST', path: '/orders'})
    await orders.served(10)

    await project.write('migrations/002-price.sql', 'ALTER TABLE orders ADD COLUMN price int; SELECT nothing;\n')
    const rejected = await dev.next('rejected', ({app}) => app === 'web')
    t.regex(JSON.stringify(rejected), /nothing.*does not exist/)
    await orders.served(10)

    await project.write('migrations/002-price.sql', 'ALTER TABLE orders ADD COLUMN price int NOT NULL DEFAULT 7;\n')
    const page = `async 'GET /price'() {
    const [{sevens}] = await (await database()).query('SELECT sum(price) / 7 AS sevens FROM orders', [])
    return {json: {rows: Number(sevens)}}
  },`
    await project.write(
      'src/server.js',
      (await read(project, 'src/server.js')).replace("'GET /orders'", `${page}\n  'GET /orders'`),
    )
    // Two files are two saves, where they are far enough apart.
    await until(async () => (await call({...web, path: '/price'})).status === 200)
    await orders.served(10)
    await orders.stop()
    t.deepEqual(orders.failures(), [])
    t.is(await rowsOf({...web, path: '/price'}), orders.answers.length)
  },
)
