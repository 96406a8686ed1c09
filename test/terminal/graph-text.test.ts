import test from 'ava'

import {graphDot, graphMermaid, graphText} from '../../src/terminal/graph-text.ts'
import type {Graph, GraphNode} from '../../src/wiring/graph.ts'

const node = (name: string, more: Partial<GraphNode>): GraphNode => ({
  name,
  kind: 'app',
  from: 'Dockerfile',
  addresses: [],
  ports: [],
  jobs: [],
  dependsOn: [],
  networks: ['default'],
  volumes: [],
  ...more,
})
const graph: Graph = {
  project: 'shop',
  environment: 'main',
  nodes: [
    node('web', {
      addresses: ['shop.localhost'],
      ports: ['127.0.0.1:8080 -> 3000'],
      jobs: ['migrate'],
      dependsOn: [{name: 'db', condition: 'healthy'}],
    }),
    node('db', {kind: 'service', from: 'postgres:17', volumes: ['data']}),
  ],
}

test('each part is told with what it needs and has', (t) => {
  t.is(
    graphText(graph),
    `shop/main
├─ web  app, built from Dockerfile
│     answers at http://shop.localhost
│     port       127.0.0.1:8080 -> 3000
│     after      db (healthy)
│     job        migrate
│     on         default
└─ db  service, postgres:17
      on         default
      volumes    data`,
  )
})

test('for Graphviz an arrow leads to what something depends on', (t) => {
  const dot = graphDot(graph)
  t.true(dot.startsWith('digraph "shop/main" {'))
  t.true(dot.includes('"web" -> "db" [label="healthy"];'))
  t.true(dot.includes('"db" -> "volume data" [style=dashed];'))
})

test('for Mermaid names are quoted, and nodes have ids of their own', (t) => {
  t.is(
    graphMermaid(graph),
    `graph LR
  n0["web"]
  n1[("db")]
  v0[/"data"/]
  n0 -->|healthy| n1
  n1 -.-> v0`,
  )
})
