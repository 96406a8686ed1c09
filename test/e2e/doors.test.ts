import {randomBytes} from 'node:crypto'

import type Docker from 'dockerode'

import type {Door, Target} from '../../src/lifecycle/ports.ts'
import type {ReleaseName} from '../../src/release/identity.ts'
import {until} from '../proxy/kit/client.ts'
import {shop, startTestProxy} from '../proxy/kit/proxy.ts'
import {docker} from '../support/engine-socket.ts'
import {test} from '../support/one-by-one.ts'

const image = process.env['IMM_TEST_BASE_NODE'] ?? 'imm-base/node:local'
const project = `doors-${randomBytes(4).toString('hex')}`
const labels = {'imm.project': project}

const application = (version: number): string => `
require('http').createServer((request, response) => response.end('v${version}')).listen(3000)
require('net').createServer((socket) => { socket.write('v${version}:'); socket.pipe(socket) }).listen(9229)`

/** 200 requests, and as many connections, by the app's name. */
const client = `
const {connect} = require('net')
const say = (index) => new Promise((resolve) => {
  let all = ''
  const socket = connect(9229, 'api').on('data', (data) => (all += data)).on('error', ({code}) => resolve(code))
  socket.on('end', () => resolve(/^v\\d:m/.test(all) ? 'echo' : all)).end('m' + index)
})
const ask = () => fetch('http://api:3000').then((answer) => answer.text(), (error) => String(error.cause))
const main = async () => {
  const seen = {}
  for (let index = 0; index < 200; index++)
    for (const each of [await ask(), await say(index)]) seen[each] = (seen[each] ?? 0) + 1
  console.log('seen ' + JSON.stringify(seen))
}
main()`

const run = async (program: string, network: string, hosts: string[] = []): Promise<Docker.Container> => {
  const container = await docker().createContainer({
    Image: image,
    Cmd: ['node', '-e', program],
    Labels: labels,
    // Its output as it is, without frames.
    Tty: true,
    HostConfig: {NetworkMode: network, ExtraHosts: hosts},
  })
  await container.start()
  return container
}

const printed = async (container: Docker.Container): Promise<string> => {
  await container.wait()
  return String(await container.logs({stdout: true}))
}

const networkOf = async (name: string, subnet?: string): Promise<{name: string; subnet: string; gateway: string}> => {
  const config = subnet === undefined ? [] : [{Subnet: subnet}]
  await docker().createNetwork({Name: name, Labels: labels, IPAM: {Driver: 'default', Config: config}})
  const {IPAM} = await docker().getNetwork(name).inspect()
  const [{Subnet = '', Gateway = ''} = {}] = IPAM?.Config ?? []
  return {name, subnet: Subnet, gateway: Gateway}
}

const targetOf = async (container: Docker.Container, generation: number, network: string): Promise<Target> => {
  const {NetworkSettings} = await container.inspect()
  const host = NetworkSettings.Networks[network]?.IPAddress ?? ''
  const release = `r${generation}-aaaaaaa` as ReleaseName
  return {release, generation, address: {host, port: 3000}, instance: container.id}
}

test.afterEach.always(async () => {
  const left = await docker().listContainers({all: true, filters: {label: [`imm.project=${project}`]}})
  await Promise.all(left.map(async ({Id}) => void (await docker().getContainer(Id).remove({force: true}))))
  const networks = await docker().listNetworks({filters: {label: [`imm.project=${project}`]}})
  await Promise.all(networks.map(async ({Id}) => void (await docker().getNetwork(Id).remove())))
})

test('containers reach an app by its name, flips and all; those of another network do not', async (t) => {
  t.timeout(120_000)
  const {proxy, flip} = await startTestProxy(t)
  const own = await networkOf(`${project}.default`)
  const foreign = await networkOf(`${project}.foreign`)
  const door = (to: number, kind: Door['kind']): Door => ({
    host: own.gateway,
    port: to,
    to,
    kind,
    from: [own.subnet],
  })
  const open = async () =>
    (await proxy.open({...shop, hosts: [], port: undefined, doors: [door(3000, 'http'), door(9229, 'tcp')]})).doors
  t.deepEqual(
    (await open()).map(({problem}) => problem),
    [undefined, undefined],
  )
  const targets = await Promise.all(
    [1, 2, 3].map(async (generation) => targetOf(await run(application(generation), own.name), generation, own.name)),
  )
  await flip(targets[0]!)
  const asking = await run(client, own.name, [`api:${own.gateway}`])
  const requests = () => proxy.routes()[0]?.requests ?? 0
  await until(() => requests() > 20)
  await flip(targets[1]!)
  const seen = requests()
  await until(() => requests() > seen + 20)
  await flip(targets[2]!)
  const {echo, ...answers} = JSON.parse((await printed(asking)).slice('seen '.length)) as Record<string, number>
  t.deepEqual(Object.keys(answers).toSorted(), ['v1', 'v2', 'v3'])
  t.is(echo, 200)
  t.is(proxy.routes()[0]?.failed, 0)
  const stranger = await run(client.replace('200', '1'), foreign.name, [`api:${own.gateway}`])
  t.false(/"v\d"|echo/.test(await printed(stranger)))
  t.true((proxy.state(shop)?.doors ?? []).every(({turnedAway = 0}) => turnedAway > 0))
})

test('a network that goes leaves the route; its doors are open again once it is back', async (t) => {
  t.timeout(120_000)
  const {proxy, flip} = await startTestProxy(t)
  const name = `${project}.moving`
  const {gateway, subnet} = await networkOf(name)
  const door: Door = {host: gateway, port: 0, to: 3000, kind: 'http', from: [subnet]}
  await docker().getNetwork(name).remove()
  const opened = await proxy.open({...shop, hosts: [], port: undefined, doors: [door]})
  t.is(opened.doors[0]?.problem, `this host has no address ${gateway} at the moment`)
  await networkOf(name, subnet)
  await until(() => proxy.state(shop)?.doors[0]?.open === true)
  await docker().getNetwork(name).remove()
  await until(() => proxy.state(shop)?.doors[0]?.open === false)
  await networkOf(name, subnet)
  await until(() => proxy.state(shop)?.doors[0]?.open === true)
  const program = `fetch('http://${gateway}:${proxy.state(shop)?.doors[0]?.port}').then(({status}) => console.log('status ' + status))`
  await flip(await targetOf(await run(application(1), name), 1, name))
  t.is((await printed(await run(program, name))).trim(), 'status 200')
})
