import Docker from 'dockerode'

import {connectEngine} from '../../src/engine/connect.ts'
import {ownedEngine} from '../../src/engine/owned.ts'
import {createBackground} from '../../src/lifecycle/background.ts'
import {openServices} from '../../src/lifecycle/services/services.ts'
import {openShared} from '../../src/lifecycle/services/shared.ts'
import {ownerOf} from '../../src/state/owner.ts'
import {statePaths} from '../../src/state/paths.ts'
import {baseImage} from '../contract/engine-base-image.ts'
import {dockerSocket} from '../contract/engine-docker.ts'
import {imm, immEnv, jsonLines} from '../support/imm.ts'
import {realClock} from '../support/lifecycle-clock.ts'
import {test} from '../support/one-by-one.ts'
import {testProject} from '../support/project.ts'
import {applicationOf, noSignal, service} from '../support/services.ts'

test('services are shown, reached, run in and taken down by their labels alone', async (t) => {
  await using project = await testProject()
  const env = {...process.env, DOCKER_HOST: `unix://${dockerSocket}`, ...immEnv(project)}
  const bare = await connectEngine({env, platform: process.platform, signal: noSignal})
  const engine = ownedEngine(bare, await ownerOf(statePaths(env)))
  const id = {project: project.name, environment: 'main'}
  const attachment = {
    networks: [{name: 'default', aliases: ['db']}],
    extraHosts: [{name: 'web', address: '10.0.0.1'}],
    dns: [],
    dnsSearch: [],
    dnsOptions: [],
  }
  const application = applicationOf(
    [
      service('db', {
        image: await baseImage(dockerSocket),
        env: {WHO: 'me'},
        command: ['sh', '-c', 'echo hello > /data/index.html; echo serving; exec httpd -f -h /data -p 80'],
        volumes: [{name: 'data', path: '/data', readOnly: false, scope: 'environment'}],
        container: {attachment, binds: [], options: {stopGraceMs: 1000}},
        published: [{containerPort: 80, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: undefined}],
      }),
    ],
    {
      networks: [{key: 'default', external: false, spec: {name: 'default', labels: {}}}],
      volumes: [{key: 'data', external: false, spec: {name: 'data', labels: {}}}],
    },
  )
  await openShared({application, id, engine}, noSignal)
  const background = createBackground(
    () => {},
    (error) => t.fail(String(error)),
  )
  const services = await openServices({application, id, engine, clock: realClock, emit: () => {}, background}, noSignal)
  await services.ready('db', 'started', noSignal)
  await services.leave()

  const run = async (...args: string[]) => imm(project, ...args, '--project', project.name)
  const [shown] = jsonLines((await imm(project, 'status', '--json')).stdout).filter(
    (line) => line['type'] === 'service' && line['project'] === project.name,
  )
  t.like(shown, {service: 'db', state: 'running'})
  const [port] = jsonLines((await run('ports', '--json')).stdout)
  t.like(port, {type: 'port', name: 'db', kind: 'service', containerPort: 80})
  t.is(await (await fetch(`http://${String(port?.['address'])}/`)).text(), 'hello\n')

  t.is((await run('connect', 'db', '--print')).stdout, 'sh')
  const connected = await imm(project, 'connect', 'db', '--project', project.name, '--', 'cat', '/data/index.html')
  t.like(connected, {exitCode: 0, stdout: 'hello'})
  const executed = await imm(project, 'exec', '-s', 'db', '--project', project.name, '--', 'sh', '-c', 'exit 5')
  t.is(executed.exitCode, 5)
  t.is((await run('logs', '--service', 'db')).stdout, 'db serving')
  const script = 'echo $WHO; cat /data/index.html; /bin/busybox wget -q -O - http://db/; cat /etc/hosts; exit 3'
  const once = await imm(project, 'run', 'db', '--project', project.name, '--', 'sh', '-c', script)
  t.is(once.exitCode, 3, once.stderr)
  t.true(once.stdout.startsWith('me\nhello\nhello\n'), once.stdout)
  t.regex(once.stdout, /^10\.0\.0\.1\s+web$/m)
  t.like(await run('connect', 'nothing'), {exitCode: 1})
  t.regex((await run('connect', 'nothing')).stderr, /SERVICE_NOT_FOUND.*\n.*These are there: db\./)

  const down = await run('down')
  t.regex(down.stdout, /removed 1 service, 1 network, 0 shared volumes\./)
  t.regex(down.stdout, new RegExp(`^Kept, because they hold data: imm_${project.name}_main.data `, 'm'))
  t.deepEqual(await engine.instances({'imm.project': project.name}, noSignal), [])
  t.regex((await run('down', '--volumes')).stdout, /0 networks, 1 shared volume\./)
  await t.throwsAsync(new Docker({socketPath: dockerSocket}).getVolume(`imm_${project.name}_main.data`).inspect())
})
