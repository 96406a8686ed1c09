import {readFile} from 'node:fs/promises'
import path from 'node:path'

import {call} from '../support/call.ts'
import {composeProject} from '../support/compose-project.ts'
import {startDev} from '../support/dev.ts'
import {docker} from '../support/engine-socket.ts'
import {imm} from '../support/imm.ts'
import {onServers} from '../support/on-servers.ts'
import {freePort} from '../support/traffic-port.ts'
import {until} from '../support/until.ts'

const answers = async (port: number) =>
  (await call({origin: `http://127.0.0.1:${port}`, host: `localhost:${port}`, path: '/healthz'}).catch(() => undefined))
    ?.status === 200

onServers(
  ['redis'],
  'a Compose file that changes publishes another port without a release, and what becomes of its services is in the history',
  async (t) => {
    const [before, after] = [await freePort(), await freePort()]
    await using project = await composeProject('compose-queue')
    const file = (await readFile(path.join(project.directory, 'compose.yaml'), 'utf8')).replace(
      '8081:3000',
      `${before}:3000`,
    )
    await project.write('compose.yaml', file)
    await using dev = startDev(project)
    await Promise.all([dev.goesLive('api'), dev.goesLive('worker')])
    t.true(await answers(before))

    await project.write('compose.yaml', file.replace(`${before}:3000`, `${after}:3000`))
    await until(async () => answers(after))
    t.false(await answers(before))
    t.is(dev.events.filter(({type, app}) => type === 'live' && app === 'api').length, 1)

    const labels = [`imm.project=${project.name}`, 'imm.service=redis']
    const [redis] = await docker().listContainers({filters: {label: labels}})
    await docker().getContainer(redis!.Id).remove({force: true})
    await dev.next('service', ({state}) => state === 'removed')
    const {stdout} = await imm(project, 'history', '--json')
    const told = stdout
      .split('\n')
      .map((line) => JSON.parse(line) as {type: string; service?: string; state?: string})
      .filter(({type}) => type === 'service')
    t.deepEqual([...new Set(told.map(({service}) => service))], ['redis'])
    t.true(told.some(({state}) => state === 'removed'))
  },
)
