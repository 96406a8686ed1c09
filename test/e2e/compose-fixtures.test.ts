import {randomBytes} from 'node:crypto'

import {startByHand} from '../support/by-hand.ts'
import {call, rowsOf} from '../support/call.ts'
import {composeProject} from '../support/compose-project.ts'
import {onServers} from '../support/on-servers.ts'
import {read} from '../support/read.ts'
import {until} from '../support/until.ts'

interface Results {
  rows: number
  waiting: number
  twice: string[]
  versions: Record<string, string>
  results: Record<string, string>
}

onServers(
  ['postgres', 'redis'],
  'the shop keeps its orders in PostgreSQL, behind a password that it reads from a secret',
  async (t) => {
    const password = `it's "${randomBytes(8).toString('hex')}" \\`
    await using project = await composeProject('compose-shop', {'db_password.txt': `${password}\n`})
    await using shop = await startByHand(project)
    const web = {origin: await shop.origin('web')}
    await until(async () => (await call({...web, path: '/healthz'}).catch(() => undefined))?.status === 200)
    t.regex(await shop.logs('migrate'), /migration 001-orders\.sql/)
    t.is(await rowsOf({...web, path: '/orders'}), 0)
    for (const id of [1, 2, 3]) {
      const order = await call({...web, method: 'POST', path: '/orders'})
      t.like(order, {status: 201, version: 'one', body: JSON.stringify({id})})
    }
    t.is((await call(web)).body, 'shop one: 3 orders, 1 visits\n')
    t.is((await call({...web, path: '/nothing'})).status, 404)

    // The next release runs its migrations first, and there are none left.
    await project.write('src/version.txt', 'two\n')
    await shop.replace('migrate')
    await shop.replace('web')
    const next = {origin: await shop.origin('web')}
    await until(async () => (await call({...next, path: '/healthz'}).catch(() => undefined))?.status === 200)
    t.like(await call(next), {version: 'two', body: 'shop two: 3 orders, 2 visits\n'})
    t.notRegex(await shop.logs('migrate'), /migration/)
  },
)

onServers(['redis'], 'the queue counts every job once, also those that a killed worker had in hand', async (t) => {
  await using project = await composeProject('compose-queue')
  await using queue = await startByHand(project)
  const api = {origin: await queue.origin('api')}
  const results = async () => JSON.parse((await call({...api, path: '/results'})).body) as Results
  await until(async () => (await call({...api, path: '/healthz'}).catch(() => undefined))?.status === 200)
  const jobs = Array.from({length: 45}, (_, index) => index + 1)
  const submit = async (numbers: readonly number[]) => {
    for (const n of numbers) t.like(await call({...api, method: 'POST', path: `/jobs?n=${n}`}), {status: 202})
  }
  const works = async (version: string) => until(async () => Number((await results()).versions[version] ?? 0) > 0)
  await submit(jobs.slice(0, 15))
  await works('one')
  await queue.kill('worker')
  await project.write('src/version.txt', 'two\n')
  await queue.replace('worker')
  await submit(jobs.slice(15, 30))
  await works('two')
  await project.write('src/version.txt', 'three\n')
  await queue.replace('worker')
  await submit(jobs.slice(30))
  await works('three')
  await until(async () => (await results()).rows === jobs.length)

  const {waiting, twice, versions, results: all} = await results()
  t.is(waiting, 0)
  t.deepEqual(twice, [])
  t.deepEqual(all, Object.fromEntries(jobs.map((n) => [String(n), String(n * n)])))
  t.deepEqual(Object.keys(versions).toSorted(), ['one', 'three', 'two'])
})

onServers(['nginx'], 'the site answers through nginx: the front end, and the API below /api/', async (t) => {
  await using project = await composeProject('compose-site')
  await using site = await startByHand(project)
  const origin = {origin: await site.origin('nginx')}
  await until(async () => (await call(origin).catch(() => undefined))?.status === 200)
  for (let count = 1; count <= 2; count++)
    t.like(await call({...origin, method: 'POST', path: '/api/notes'}), {status: 201, version: 'one'})
  t.is(await rowsOf({...origin, path: '/api/notes'}), 2)
  const page = await call(origin)
  t.like(page, {status: 200, version: 'one', apiVersion: 'one'})
  t.regex(page.body, /counts <b>2<\/b> notes/)
  t.is((await call({...origin, path: '/healthz'})).body, 'ok\n')

  // The source is mounted: what is edited reaches the API without a new container.
  await project.write('api/version.txt', 'two\n')
  await project.write('api/server.js', `// edited\n${await read(project, 'api/server.js')}`)
  await until(async () => (await call({...origin, path: '/api/notes'}).catch(() => undefined))?.version === 'two')
  t.is(await rowsOf({...origin, path: '/api/notes'}), 2)
})
