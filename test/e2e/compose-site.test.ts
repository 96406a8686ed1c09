import {publishedBy, servicesOf} from '../support/backing-services.ts'
import {call, rowsOf} from '../support/call.ts'
import {composeProject} from '../support/compose-project.ts'
import {startDev} from '../support/dev.ts'
import {applicationsOf, docker} from '../support/engine-socket.ts'
import {onServers} from '../support/on-servers.ts'
import {steadyCalls} from '../support/steady-calls.ts'
import {until} from '../support/until.ts'
import {saveVersions, versionsByRelease} from '../support/version-saves.ts'

onServers(
  ['nginx'],
  'front end and API are replaced under load, through nginx and through the proxy: no request fails, and no note is lost',
  async (t) => {
    await using project = await composeProject('compose-site')
    await using dev = startDev(project)
    await Promise.all([dev.goesLive('web'), dev.goesLive('api')])
    await until(async () =>
      (await servicesOf(project.name)).some(({Ports}) => Ports.some(({PublicPort}) => PublicPort)),
    )
    const nginx = await publishedBy(project.name, 'nginx', 80)
    await until(async () => (await call(nginx).catch(() => undefined))?.status === 200)
    const [server] = await servicesOf(project.name)
    await using notes = steadyCalls({...nginx, method: 'POST', path: '/api/notes'})
    await using pages = steadyCalls(nginx)
    await using direct = steadyCalls(dev.address('web'))
    const loads = [notes, pages, direct]
    await notes.served(10)
    const web = await saveVersions({project, dev, file: 'web/version.txt', apps: ['web']}, 4, loads)
    const api = await saveVersions({project, dev, file: 'api/version.txt', apps: ['api']}, 4, loads)
    for (const load of loads) await load.stop()

    for (const load of loads) t.deepEqual(load.failures(), [])
    t.is(await rowsOf({...nginx, path: '/api/notes'}), notes.answers.length)
    for (const one of [nginx, dev.address('web')]) t.like(await call(one), {version: web, apiVersion: api})
    t.is((await call({...nginx, path: '/api/notes'})).version, api)
    // Mounted source or not: nothing that runs is changed.
    for (const versions of Object.values(versionsByRelease([direct]))) t.is(versions.length, 1)
    t.is((await servicesOf(project.name))[0]?.Id, server?.Id)
    for (const {Id} of await applicationsOf(project.name)) {
      const {Mounts} = await docker().getContainer(Id).inspect()
      t.deepEqual(
        Mounts.filter(({Type}) => Type === 'bind').map(({Destination}) => Destination),
        [],
      )
    }
  },
)
