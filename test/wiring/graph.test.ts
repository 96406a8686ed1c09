import test from 'ava'

import {readGraph} from '../../src/wiring/graph.ts'
import {temporaryProject} from '../config/project.ts'

// Whether a proxy runs is asked for: none of this home does.
const home = await temporaryProject()
process.env['IMM_HOME'] = home.directory
delete process.env['IMM_PROXY_PORT']
test.after.always(async () => home[Symbol.asyncDispose]())
const {signal} = new AbortController()

const compose = `
name: shop
services:
  web:
    build: .
    ports: ["8080:3000"]
    depends_on: {db: {condition: service_healthy}}
    networks: [front, back]
  db:
    image: postgres:17
    healthcheck: {test: ["CMD", "true"]}
    volumes: ["data:/data"]
    networks: [back]
networks: {front: {}, back: {}}
volumes: {data: {}}
`

test('a Compose application is read from its files alone, with networks and volumes as they call them', async (t) => {
  await using project = await temporaryProject({'compose.yaml': compose, Dockerfile: 'FROM scratch\nEXPOSE 3000\n'})
  const graph = await readGraph({directory: project.directory, environment: 'login', files: [], profiles: []}, signal)
  t.deepEqual(graph, {
    project: 'shop',
    environment: 'login',
    nodes: [
      {
        name: 'web',
        kind: 'app',
        from: 'Dockerfile',
        addresses: ['http://login.shop.localhost:7070', 'http://web.login.shop.localhost:7070'],
        ports: ['127.0.0.1:8080 -> 3000'],
        jobs: [],
        dependsOn: graph.nodes[0]?.dependsOn ?? [],
        networks: ['front', 'back'],
        volumes: [],
      },
      {
        name: 'db',
        kind: 'service',
        from: 'postgres:17',
        addresses: [],
        ports: [],
        jobs: [],
        dependsOn: [],
        networks: ['back'],
        volumes: [{name: 'data', path: '/data'}],
      },
    ],
  })
  t.like(graph.nodes[0]?.dependsOn[0], {name: 'db', condition: 'healthy'})
})

test('apps are told apart by where their Dockerfiles are in the project', async (t) => {
  await using project = await temporaryProject({
    'compose.yaml':
      'name: shop\nservices:\n  web: {build: ./web}\n  jobs: {build: {context: ., dockerfile: jobs/Dockerfile.dev}}\n  hello: {build: {context: ./web, dockerfile_inline: FROM scratch}}\n',
    'web/Dockerfile': 'FROM scratch\nEXPOSE 3000\n',
    'jobs/Dockerfile.dev': 'FROM scratch\n',
  })
  const {nodes} = await readGraph({directory: project.directory, environment: 'main', files: [], profiles: []}, signal)
  t.deepEqual(Object.fromEntries(nodes.map(({name, from}) => [name, from])), {
    web: 'web/Dockerfile',
    jobs: 'jobs/Dockerfile.dev',
    hello: 'an inline Dockerfile',
  })
})

test('a project with a Dockerfile alone is one app', async (t) => {
  await using project = await temporaryProject({
    Dockerfile: 'FROM scratch\nEXPOSE 3000\n',
    'imm.yaml': 'project: blog\nvolumes: [data:/data]\nroutes: [{path: /posts}]\n',
  })
  const {nodes} = await readGraph({directory: project.directory, environment: 'main', files: [], profiles: []}, signal)
  t.is(nodes.length, 1)
  t.like(nodes[0], {
    kind: 'app',
    from: 'Dockerfile',
    addresses: ['http://blog.localhost:7070', 'http://blog.localhost:7070/posts'],
    volumes: [{name: 'data', path: '/data'}],
  })
})
