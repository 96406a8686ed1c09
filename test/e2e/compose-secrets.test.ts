import {randomBytes} from 'node:crypto'

import {call} from '../support/call.ts'
import {composeProject} from '../support/compose-project.ts'
import {startDev} from '../support/dev.ts'
import {applicationsOf, docker} from '../support/engine-socket.ts'
import {placesInEngine} from '../support/find-text-in-engine.ts'
import {filesWith, isInMemory, streamHas} from '../support/find-text.ts'
import {imm} from '../support/imm.ts'
import {onServers} from '../support/on-servers.ts'

onServers(
  ['postgres', 'redis'],
  "a secret's value is in /run/secrets and nowhere else: image, labels, history, inspect, output, ledger, logs, state",
  async (t) => {
    const secret = randomBytes(20).toString('hex')
    await using project = await composeProject('compose-shop', {'db_password.txt': `${secret}\n`})
    await using dev = startDev(project, ['--verbose'])
    await dev.goesLive('web')
    const web = dev.address('web')
    t.is((await call({...web, method: 'POST', path: '/orders'})).status, 201, 'the database knows the password')
    await project.write('src/version.txt', 'two\n')
    await dev.goesLive('web')
    await project.write('migrations/002-wrong.sql', 'SELECT nothing;\n')
    await dev.next('rejected', ({app}) => app === 'web')

    // The search finds what there is, and so would the secret.
    const known = 'the server made a mistake'
    const found = await placesInEngine(project.name, known)
    t.true(found.some((place) => place.startsWith('file system')))
    t.true(found.some((place) => place.startsWith('layers')))
    t.deepEqual(await placesInEngine(project.name, secret), [])

    const onDisk: string[] = []
    for (const file of await filesWith(project.home, secret)) if (!(await isInMemory(file))) onDisk.push(file)
    t.deepEqual(onDisk, [])
    t.false(JSON.stringify(dev.events).includes(secret))
    t.false(dev.stderr().includes(secret))
    const commands = [
      ['status', '--json'],
      ['history', '--json'],
      ['config'],
      ['show', '--app', 'web'],
      ['proxy', 'status', '--json'],
    ]
    for (const command of commands) {
      const {stdout, stderr} = await imm(project, ...command)
      t.false(`${stdout}${stderr}`.includes(secret), command.join(' '))
    }

    const running = (await applicationsOf(project.name)).find(
      ({Labels, State}) => Labels['imm.app'] === 'web' && State === 'running',
    )
    const exec = await docker()
      .getContainer(running?.Id ?? '')
      .exec({Cmd: ['cat', '/run/secrets/db_password'], AttachStdout: true})
    t.true(await streamHas(await exec.start({}), secret), 'the application reads it')

    await dev.stop()
    await imm(project, 'down')
    t.deepEqual(await filesWith(project.home, secret), [])
  },
)
