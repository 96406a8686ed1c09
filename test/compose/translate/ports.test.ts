import test from 'ava'

import {translated} from './translated.ts'

const files = {'web/Dockerfile': 'FROM scratch'}
const ofWeb = async (web: object, exposes: readonly number[] = []) => {
  const {apps, notes} = await translated({services: {web: {build: 'web', ...web}}}, {files, exposes: {web: exposes}})
  const [app] = apps
  if (!app) throw new Error('there is no app')
  return {
    port: app.settings.port,
    ports: app.ports,
    published: app.published.map(({hostIp, hostPort, containerPort}) => [hostIp, hostPort, containerPort]),
    notes: notes.map(({key}) => key),
  }
}

test('ports are published on loopback, where no other address of this machine is named', async (t) => {
  t.deepEqual(await ofWeb({ports: ['8080:80']}), {
    port: 80,
    ports: [80],
    published: [['127.0.0.1', 8080, 80]],
    notes: [],
  })
  t.deepEqual(await ofWeb({ports: ['0.0.0.0:8080:80']}), {
    port: 80,
    ports: [80],
    published: [['127.0.0.1', 8080, 80]],
    notes: ['services.web.ports[0]'],
  })
  t.like(await ofWeb({ports: ['192.0.2.1:8080:80']}), {
    published: [['192.0.2.1', 8080, 80]],
    notes: ['services.web.ports[0]'],
  })
  t.like(await ofWeb({ports: ['127.0.0.2:8080:80', '80']}), {
    published: [
      ['127.0.0.2', 8080, 80],
      ['127.0.0.1', undefined, 80],
    ],
    notes: [],
  })
})

test('ranges are one port each; of a range for one port the first is asked for', async (t) => {
  t.deepEqual((await ofWeb({ports: ['8000-8001:80-81', '9000-9005:90']})).published, [
    ['127.0.0.1', 8000, 80],
    ['127.0.0.1', 8001, 81],
    ['127.0.0.1', 9000, 90],
  ])
})

test('requests go to the first port that is published or exposed, and a note says so where there are several', async (t) => {
  t.deepEqual(await ofWeb({expose: ['3000', '4000-4001/tcp', '5000/udp'], ports: ['80', '81']}), {
    port: 80,
    ports: [80, 81, 3000, 4000, 4001],
    published: [
      ['127.0.0.1', undefined, 80],
      ['127.0.0.1', undefined, 81],
    ],
    notes: ['services.web.ports'],
  })
  t.like(await ofWeb({expose: [3000]}), {port: 3000, ports: [3000], notes: []})
  t.like(await ofWeb({ports: ['80', '81'], 'x-imm': {port: 81}}), {notes: []})
})

test('an app without any port is a worker, unless its Dockerfile exposes one', async (t) => {
  t.like(await ofWeb({}), {port: 0, ports: [], notes: ['services.web']})
  t.like(await ofWeb({}, [3000]), {port: undefined, ports: [], notes: []})
})

test('of two services of one build, the one with a command and without ports is a worker', async (t) => {
  const web = {build: 'web', ports: ['80']}
  const port = async (other: object) => {
    const {apps} = await translated({services: {web, other}}, {files, exposes: {web: [80], other: [80]}})
    return apps[1]?.settings.port
  }
  t.is(await port({build: 'web', command: 'node worker.js'}), 0)
  t.is(await port({build: 'web'}), undefined)
  t.is(await port({build: 'api', command: 'node api.js'}), undefined)
})

test('udp is a backing service’s, and refused of an app', async (t) => {
  const {services} = await translated({services: {dns: {image: 'dns', ports: ['5353:53/udp']}}})
  t.like(services[0]?.published, [{protocol: 'udp', containerPort: 53, hostPort: 5353}])
  await t.throwsAsync(ofWeb({ports: ['5353:53/udp']}), {
    message: /services\.web\.ports\[0\]: the proxy before an app passes on tcp, not udp/,
  })
})
