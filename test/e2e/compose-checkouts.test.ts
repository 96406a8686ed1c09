import {call, rowsOf} from '../support/call.ts'
import {composeProject} from '../support/compose-project.ts'
import {startDev} from '../support/dev.ts'
import {containersOf} from '../support/engine-socket.ts'
import {onServers} from '../support/on-servers.ts'
import {read} from '../support/read.ts'
import {copyOf} from '../support/traffic-neighbours.ts'
import {freePort} from '../support/traffic-port.ts'

onServers(
  ['postgres', 'redis'],
  'two checkouts with the same fixed ports and container names run at once, each with data of its own',
  async (t) => {
    await using project = await composeProject('compose-shop')
    // With a name, or the two directories would tell them apart.
    const compose = await read(project, 'compose.yaml')
    const port = await freePort()
    await project.write('compose.yaml', `name: ${project.name}\n${compose.replace('8080:', `${port}:`)}`)
    const other = await copyOf(project)
    await using dev = startDev(project)
    const first = await dev.goesLive('web')
    await using otherDev = startDev(other)
    const second = await otherDev.goesLive('web')
    other.name = second.project
    t.is(first.project, project.name)
    t.not(second.project, first.project)

    const [one, two] = [dev.address('web'), otherDev.address('web')]
    for (const id of [1, 2, 3])
      t.like(await call({...one, method: 'POST', path: '/orders'}), {body: JSON.stringify({id})})
    t.is(await rowsOf({...one, path: '/orders'}), 3)
    t.is(await rowsOf({...two, path: '/orders'}), 0)

    // Who came first has the port that both ask for; what the other's leads to is its own.
    const fixed = {origin: `http://127.0.0.1:${port}`, host: `localhost:${port}`, path: '/orders'}
    t.is(await rowsOf(fixed), 3)

    await other.write('src/version.txt', 'the other\n')
    await otherDev.goesLive('web')
    t.is((await call(one)).version, 'one')
    t.is((await call(two)).version, 'the other')

    const [ours, theirs] = [await containersOf(project.name), await containersOf(other.name)]
    const databases = [...ours, ...theirs].flatMap(({Ports}) => Ports.filter(({PrivatePort}) => PrivatePort === 5432))
    t.is(new Set(databases.map(({PublicPort}) => PublicPort)).size, 2, 'each database has a port of its own')
    t.deepEqual([...new Set(databases.map(({IP}) => IP))], ['127.0.0.1'])
    await otherDev.stop()
    t.is(await rowsOf({...one, path: '/orders'}), 3)
  },
)
