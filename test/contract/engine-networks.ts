import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import path from 'node:path'

import {isImmError} from '../../src/errors.ts'
import type {Image, OnceSpec} from '../../src/lifecycle/ports.ts'
import type {Attachment} from '../../src/release/container.ts'
import {answer, type Bench, port, signal, until} from './engine-harness.ts'

/** Networks, and what else a container is given beside its image: binds, ports, options. */
export const networkContract = ({test, project, labels, build, spec, launch}: Bench): void => {
  let count = 0
  const shared = {'imm.project': project, 'imm.environment': 'main'}
  const newName = () => `imm_${project}_main.net${++count}`
  const network = async (t: Has, name = newName()) => t.context.engine.network({name, labels: shared}, signal)
  const once = async (t: Has, image: Pick<Image, 'id'>, more: Partial<OnceSpec>) => {
    const lines: string[] = []
    const wanted = {...spec(image as Image), name: `imm-${project}-net-once-${++count}`, network: undefined, ...more}
    const {exitCode} = await t.context.engine.runOnce(wanted, ({text}) => lines.push(text), signal)
    return {exitCode, lines}
  }

  test.afterEach.always(async (t) => {
    const {engine} = t.context
    await Promise.all((await engine.instances(labels, signal)).map(({id}) => engine.remove(id, 0, signal)))
    for (const {name} of await engine.networks({'imm.project': project}, signal))
      await engine.removeNetwork(name, signal)
    await engine.removeNetwork(`imm_${project}_foreign`, signal)
  })

  test.serial('a network is made once, found again by its name and its labels, and removed', async (t) => {
    const {engine} = t.context
    const name = newName()
    const made = await engine.network({name, labels: {...shared, 'imm.settings': 'a'}, internal: true}, signal)
    t.like(made, {name, labels: {...shared, 'imm.settings': 'a'}, internal: true})
    t.is(made.subnets.length, 1)
    t.deepEqual(await engine.network({name, labels: {...shared, 'imm.settings': 'b'}}, signal), made)
    t.deepEqual(await engine.networks(shared, signal), [made])
    t.deepEqual(await engine.networks({...shared, 'imm.environment': 'other'}, signal), [])
    await engine.removeNetwork(name, signal)
    await engine.removeNetwork(name, signal)
    t.deepEqual(await engine.networks(shared, signal), [])
  })

  test.serial('a network of somebody else keeps its name to itself', async (t) => {
    const {engine} = t.context
    const name = `imm_${project}_foreign`
    await engine.network({name, labels: {'imm.project': 'somebody', 'imm.environment': 'main'}}, signal)
    const error = await t.throwsAsync(engine.network({name, labels: shared}, signal))
    t.true(isImmError(error, 'ENGINE_REFUSED'), String(error))
    t.true(error.message.includes(name))
  })

  test.serial('containers of one network find each other by alias, and others do not', async (t) => {
    const {name} = await network(t)
    const other = await network(t)
    const instance = await launch(t, {listen: port, content: 'found'}, {attachment: attachedTo([name, 'db'])})
    await answer(instance)
    const image = {id: instance.image}
    const command = ['busybox', 'wget', '-qO-', `http://db:${port}/`]
    if (!t.context.lacks.includes('names')) {
      const inside = await once(t, image, {command, attachment: attachedTo([name])})
      t.is(inside.exitCode, 0)
      t.regex(inside.lines.join(), /found/)
    }
    t.not((await once(t, image, {command, attachment: attachedTo([other.name])})).exitCode, 0)
  })

  test.serial(
    'a container in several networks is in all of them, and reached by the first, whatever its name',
    async (t) => {
      const {engine} = t.context
      const [one, two] = [await network(t), await network(t)]
      const image = await build(t, {listen: port, content: 'twice'})
      for (const names of [
        [one.name, two.name],
        [two.name, one.name],
      ]) {
        const attachment = attachedTo(...names.map((name) => [name, 'web'] as const))
        const instance = await engine.start(spec(image, {attachment}), signal)
        t.true((await answer(instance)).includes('twice'))
        t.deepEqual((await engine.details(instance.id, signal))?.networks.toSorted(), names.toSorted())
        t.deepEqual((await (await t.context.again()).instance(instance.id, signal))?.address, instance.address)
        const command = ['busybox', 'wget', '-qO-', `http://web:${port}/`]
        for (const name of t.context.lacks.includes('names') ? [] : names)
          t.is((await once(t, image, {command, attachment: attachedTo([name])})).exitCode, 0, name)
        await engine.remove(instance.id, 0, signal)
      }
    },
  )

  test.serial('a network is not removed under a container, and a container does not start without one', async (t) => {
    const {engine} = t.context
    const {name} = await network(t)
    const instance = await launch(t, {listen: port}, {attachment: attachedTo([name])})
    const error = await t.throwsAsync(engine.removeNetwork(name, signal))
    t.true(isImmError(error, 'ENGINE_REFUSED'), String(error))
    await engine.remove(instance.id, 0, signal)
    await engine.removeNetwork(name, signal)
    await t.throwsAsync(engine.start(spec({id: instance.image} as Image, {attachment: attachedTo([name])}), signal))
    t.deepEqual(await engine.instances(labels, signal), [], 'nothing stays')
  })

  test.serial('names and networks of who joins a sandbox are the sandbox’s', async (t) => {
    const {engine} = t.context
    const {name} = await network(t)
    const attachment = {
      ...attachedTo([name, 'joined']),
      hostname: 'shop',
      extraHosts: [{name: 'door', address: '192.0.2.7'}],
    }
    const waiting = {name: `imm-${project}-net-sandbox-${++count}`, labels, port, attachment}
    const sandbox = await engine.sandbox(waiting, signal)
    const image = await build(t, {listen: port, content: 'inside'})
    const instance = await engine.start(spec(image, {attachment, sandbox: sandbox?.id}), signal)
    t.deepEqual(instance.address, sandbox?.address)
    t.true((await answer(instance)).includes('inside'))
    const hosts = await once(t, image, {command: ['cat', '/etc/hosts'], network: instance})
    t.regex(hosts.lines.join('\n'), /^192\.0\.2\.7\s+door$/m)
    t.deepEqual((await engine.details(instance.id, signal))?.networks, [name])
    const command = ['busybox', 'wget', '-qO-', `http://joined:${port}/`]
    if (!t.context.lacks.includes('names'))
      t.is((await once(t, image, {command, attachment: attachedTo([name])})).exitCode, 0)
  })

  test.serial('what listens on nothing runs without a port, in a sandbox too', async (t) => {
    const {engine} = t.context
    const image = await build(t, {})
    const alone = await engine.start(spec(image, {port: 0}), signal)
    t.like(alone, {state: 'running', address: {port: 0}})
    t.like(await engine.startedWith(alone.id, signal), {port: 0})
    const sandbox = await engine.sandbox({name: `imm-${project}-net-none`, labels, port: 0}, signal)
    const joined = await engine.start(spec(image, {port: 0, sandbox: sandbox?.id}), signal)
    t.like(joined, {state: 'running', address: {port: 0}})
    const apart = await engine.start(spec(image, {port: 0, attachment: {...attachedTo(), mode: 'none'}}), signal)
    t.deepEqual(apart.address, {host: '127.0.0.1', port: 0})
    t.deepEqual((await engine.details(apart.id, signal))?.networks, ['none'])
  })

  test.serial('a port of this host that is taken is told as such, and nothing stays', async (t) => {
    const {engine} = t.context
    const hostPort = await freePort()
    const published = [{containerPort: port, protocol: 'tcp', hostIp: '127.0.0.1', hostPort}] as const
    const image = await build(t, {listen: port})
    const first = await engine.start(spec(image, {published}), signal)
    const error = await t.throwsAsync(engine.start(spec(image, {published}), signal))
    t.true(isImmError(error, 'PORT_IN_USE'), String(error))
    t.true(error.message.includes(String(hostPort)), error.message)
    t.deepEqual(
      (await engine.instances(labels, signal)).map(({id}) => id),
      [first.id],
    )
  })

  test.serial('a file of this host is read in the container, and told with what it was started with', async (t) => {
    const {engine} = t.context
    const directory = await mkdtemp(path.join(tmpdir(), 'imm-bind-'))
    t.teardown(() => rm(directory, {recursive: true}))
    const source = path.join(directory, 'secret')
    await writeFile(source, 'hush\n', {mode: 0o400})
    const binds = [{source, path: '/run/secrets/token', readOnly: true}]
    const image = await build(t, {listen: port})
    const {exitCode, lines} = await once(t, image, {command: ['cat', '/run/secrets/token'], binds})
    t.deepEqual({exitCode, lines}, {exitCode: 0, lines: ['hush']})
    const {id} = await engine.start(spec(image, {binds}), signal)
    t.deepEqual(
      (await engine.details(id, signal))?.mounts.filter(({kind}) => kind === 'bind'),
      [{kind: 'bind', source, path: '/run/secrets/token', readOnly: true}],
    )
    t.deepEqual((await engine.startedWith(id, signal))?.binds, binds)
  })

  test.serial('what a container was started with has its networks and options, stopped or in a sandbox', async (t) => {
    const {engine} = t.context
    const {name} = await network(t)
    const attachment = {...attachedTo([name, 'again']), hostname: 'again'}
    const options = {
      stopSignal: 'SIGINT',
      shmBytes: 2 ** 25,
      entrypoint: ['sh', '-c'],
      labels: {'com.example.team': 'shop'},
      healthcheck: {test: ['CMD', 'true'], intervalMs: 60_000, retries: 4},
      restart: 'on-failure',
    } as const
    const given = {attachment, options, command: [`exec httpd -f -h / -p ${port}`]}
    const image = await build(t, {listen: port, content: 'again'})
    const sandbox = await engine.sandbox({name: `imm-${project}-net-kept`, labels, port, attachment}, signal)
    for (const joins of [undefined, sandbox?.id]) {
      const first = await engine.start(spec(image, {...given, sandbox: joins}), signal)
      await engine.stop(first.id, 0, signal)
      const started = await engine.startedWith(first.id, signal)
      t.like(started, given)
      if (!started) return
      const second = await engine.start(spec(image, {...started, volumes: []}), signal)
      t.true((await answer(second)).includes('again'))
      t.deepEqual(await engine.startedWith(second.id, signal), started)
      t.true((await engine.details(second.id, signal))?.restarts)
      await engine.remove(second.id, 0, signal)
    }
  })

  test.serial('a check of its own takes the place of the image’s', async (t) => {
    const {engine} = t.context
    const image = await build(t, {listen: port, content: 'up', health: 'unhealthy'})
    const health = async (check: readonly string[]) => {
      const options = {healthcheck: {test: check, intervalMs: 500}}
      const instance = await engine.start(spec(image, {options}), signal)
      await answer(instance)
      return instance.id
    }
    const well = await health(['CMD', 'true'])
    t.true((await engine.healthcheck(well, signal)).healthy)
    if (!t.context.lacks.includes('check schedule'))
      await until(async () => (await engine.instance(well, signal))?.health === 'healthy')
    t.false((await engine.healthcheck(await health(['CMD-SHELL', 'false']), signal)).healthy)
    const none = await health(['NONE'])
    t.true((await engine.healthcheck(none, signal)).healthy)
    t.is((await engine.instance(none, signal))?.health, 'none')
  })

  test.serial('labels of the user’s are there, and never in place of imm’s', async (t) => {
    const given = {'com.example.team': 'shop', 'imm.release': 'r9-9999999', 'imm.role': 'sandbox'}
    const {labels: own} = await launch(t, {listen: port}, {options: {labels: given}})
    t.is(own['com.example.team'], 'shop')
    t.is(own['imm.release'], 'r1-0000000')
    t.is(own['imm.role'], undefined)
  })

  test.serial('a volume is made with its labels, and one of somebody else must be there', async (t) => {
    const {engine} = t.context
    const name = `imm_${project}_main.data`
    await engine.createVolume({name, labels: shared}, signal)
    await engine.createVolume({name, labels: {...shared, 'imm.settings': 'other'}}, signal)
    t.deepEqual(
      (await engine.volumes(shared, signal)).filter((volume) => volume.name === name),
      [{name, labels: shared, plain: true}],
    )
    const image = await build(t, {listen: port})
    await engine.start(spec(image, {volumes: mount(name)}), signal)
    const error = await t.throwsAsync(engine.start(spec(image, {volumes: mount(`${name}-none`)}), signal))
    t.true(isImmError(error, 'ENGINE_REFUSED'), String(error))
    await Promise.all((await engine.instances(labels, signal)).map(({id}) => engine.remove(id, 0, signal)))
    await engine.removeVolume(name, signal)
  })
}

const mount = (name: string) => [{name, path: '/data', readOnly: false, labels: {}}]

type Has = Parameters<Bench['build']>[0]

const attachedTo = (...networks: readonly (readonly [name: string, ...aliases: string[]])[]): Attachment => ({
  networks: networks.map(([name, ...aliases]) => ({name, aliases})),
  extraHosts: [],
  dns: [],
  dnsSearch: [],
  dnsOptions: [],
})

/** Free a moment ago. */
const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port: free} = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return free
}
