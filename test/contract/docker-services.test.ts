import {randomBytes} from 'node:crypto'

import Docker from 'dockerode'

import {connectEngine} from '../../src/engine/connect.ts'
import {createBackground} from '../../src/lifecycle/background.ts'
import type {Happening} from '../../src/lifecycle/events.ts'
import {foundServices, removeServices} from '../../src/lifecycle/services/remove.ts'
import {openServices} from '../../src/lifecycle/services/services.ts'
import {openShared, removeNetworks} from '../../src/lifecycle/services/shared.ts'
import type {ServiceSpec} from '../../src/lifecycle/services/spec.ts'
import {isPortFree} from '../../src/wiring/free-port.ts'
import {realClock} from '../support/lifecycle-clock.ts'
import {test} from '../support/one-by-one.ts'
import {applicationOf, noSignal, on, service} from '../support/services.ts'
import {takenPort} from '../support/traffic-port.ts'
import {baseImage, noBaseImage} from './engine-base-image.ts'
import {dockerSocket, noDocker} from './engine-docker.ts'

const reason = (await noDocker()) ?? (await noBaseImage())
const onDocker = reason === undefined ? test : test.skip
const note = reason === undefined ? '' : ` (not run, because ${reason})`

const id = {project: `services-${randomBytes(4).toString('hex')}`, environment: 'main'}
const docker = new Docker({socketPath: dockerSocket})
const connect = () =>
  connectEngine({env: {DOCKER_HOST: `unix://${dockerSocket}`}, platform: process.platform, signal: noSignal})

test.after.always(async () => {
  if (reason !== undefined) return
  const engine = await connect()
  await removeServices(await foundServices(id, engine, noSignal), engine, () => {}, noSignal)
  await removeNetworks(id, engine, noSignal)
  for (const {name} of await engine.volumes({'imm.project': id.project}, noSignal))
    await engine.removeVolume(name, noSignal)
})

const attached = (name: string, healthcheck?: object) => ({
  attachment: {
    networks: [{name: 'default', aliases: [name]}],
    extraHosts: [],
    dns: [],
    dnsSearch: [],
    dnsOptions: [],
  },
  binds: [],
  options: {stopGraceMs: 2000, ...(healthcheck ? {healthcheck} : {})},
})

onDocker(`services start, find each other, are adopted, replaced, brought back and taken away${note}`, async (t) => {
  const stop = new AbortController()
  t.teardown(() => stop.abort())
  const engine = await connect()
  const image = await baseImage(dockerSocket)
  await using port = await takenPort()
  const networks = [{key: 'default', external: false, spec: {name: 'default', labels: {}}}]
  const volumes = [{key: 'data', external: false, spec: {name: 'data', labels: {}}}]
  const services = (env: Record<string, string>): ServiceSpec[] => [
    service('db', {
      image,
      env,
      command: [
        'sh',
        '-c',
        'echo start >> /data/starts; echo up $(cat /data/starts | wc -l); exec httpd -f -h /data -p 80',
      ],
      volumes: [{name: 'data', path: '/data', readOnly: false, scope: 'environment'}],
      container: attached('db', {test: ['CMD', 'true'], intervalMs: 1000, startIntervalMs: 100}),
      published: [{containerPort: 80, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: port.port}],
    }),
    service('seed', {
      image,
      completes: true,
      command: ['/bin/busybox', 'wget', '-q', '-O', '-', 'http://db/starts'],
      container: attached('seed'),
      dependsOn: [on('db', {condition: 'healthy'})],
    }),
    service('worker', {
      image,
      command: ['sleep', '1000'],
      container: attached('worker'),
      dependsOn: [on('seed', {condition: 'completed'}), on('db', {restart: true})],
    }),
  ]
  const events: Happening[] = []
  const emit = (happening: Happening) => void events.push(happening)
  const open = async (env: Record<string, string>) => {
    const application = applicationOf(services(env), {networks, volumes})
    await openShared({application, id, engine}, noSignal)
    const background = createBackground(emit, (error) => t.fail(String(error)))
    const at = {application, id, engine, clock: realClock, emit, background, isFree: isPortFree}
    return openServices(at, stop.signal)
  }
  const changes = () => events.flatMap((event) => (event.type === 'service' ? [`${event.service} ${event.state}`] : []))
  const containerOf = (name: string) => first(name)

  const opened = await open({A: '1'})
  await opened.ready('worker', 'started', noSignal)
  const [published] = opened.states().find((each) => each.service === 'db')?.ports ?? []
  t.is(published?.asked, port.port)
  const answer = await fetch(`http://127.0.0.1:${published?.hostPort}/starts`)
  t.is(await answer.text(), 'start\n')
  t.true(changes().includes('seed completed'))
  const before = await Promise.all(['db', 'seed', 'worker'].map(containerOf))
  await opened.leave()

  const again = await open({A: '1'})
  await again.ready('worker', 'started', noSignal)
  t.deepEqual(await Promise.all(['db', 'seed', 'worker'].map(containerOf)), before)
  // The engine brings it back by itself, because nobody asked it to stop.
  const kill = ['sh', '-c', 'kill -9 $(/bin/busybox pidof httpd)']
  const killing = {command: kill, stdin: undefined, terminal: undefined, onOutput: () => {}}
  await (
    await engine.exec(before[0] ?? '', killing, noSignal)
  ).ended
  await until(() => changes().filter((change) => change === 'db started').length === 2)
  await again.ready('db', 'healthy', noSignal)
  t.is(await containerOf('db'), before[0])
  t.true(events.some((event) => event.type === 'service' && event.state === 'exited' && event.exitCode === 137))
  await docker.getContainer(before[2] ?? '').remove({force: true})
  await until(() => changes().filter((change) => change === 'worker started').length === 2)
  await again.leave()

  const other = await open({A: '2'})
  await other.ready('worker', 'started', noSignal)
  t.deepEqual(
    other.states().map(({service: name, replaced}) => [name, replaced]),
    [
      ['db', true],
      ['seed', false],
      ['worker', true],
    ],
  )
  await other.close(noSignal)
  t.deepEqual(
    (await foundServices(id, engine, noSignal)).map(({identity}) => identity.service),
    ['seed'],
  )
  t.true(events.some((event) => event.type === 'log' && event.service === 'db' && event.text === 'up 1'))

  async function first(name: string): Promise<string | undefined> {
    return (await engine.instances({'imm.project': id.project, 'imm.service': name}, noSignal))[0]?.id
  }
})

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 25))
}
