import test from 'ava'

import {graphText} from '../../src/terminal/graph-text.ts'
import {shopGraph} from '../support/shop-graph.ts'

test('each part is told with what it needs and has', (t) => {
  t.is(
    graphText(shopGraph),
    `shop/main
├─ web  app, built from Dockerfile
│     answers at http://shop.localhost:7070
│                http://web.main.shop.localhost:7070
│     published  127.0.0.1:8080 -> 3000
│     after      db (healthy)
│     jobs       migrate
│     networks   front, back
├─ mailer  worker, built from worker/Dockerfile
│     networks   back
└─ db  service, postgres:17
      networks   back
      volumes    data on /var/lib/postgresql/data`,
  )
})

test('a project of one app is one part', (t) => {
  const [web] = shopGraph.nodes
  t.is(
    graphText({...shopGraph, nodes: web ? [{...web, ports: [], dependsOn: [], jobs: [], networks: []}] : []}),
    `shop/main
└─ web  app, built from Dockerfile
      answers at http://shop.localhost:7070
                 http://web.main.shop.localhost:7070`,
  )
})
