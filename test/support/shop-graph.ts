import type {Graph, GraphNode} from '../../src/wiring/graph.ts'

const node = (name: string, more: Partial<GraphNode>): GraphNode => ({
  name,
  kind: 'app',
  from: 'Dockerfile',
  addresses: [],
  ports: [],
  jobs: [],
  dependsOn: [],
  networks: ['back'],
  volumes: [],
  ...more,
})

/** An app on two networks, a worker and a database. */
export const shopGraph: Graph = {
  project: 'shop',
  environment: 'main',
  nodes: [
    node('web', {
      addresses: ['http://shop.localhost:7070', 'http://web.main.shop.localhost:7070'],
      ports: ['127.0.0.1:8080 -> 3000'],
      jobs: ['migrate'],
      dependsOn: [{name: 'db', condition: 'healthy'}],
      networks: ['front', 'back'],
    }),
    node('mailer', {kind: 'worker', from: 'worker/Dockerfile'}),
    node('db', {kind: 'service', from: 'postgres:17', volumes: [{name: 'data', path: '/var/lib/postgresql/data'}]}),
  ],
}
