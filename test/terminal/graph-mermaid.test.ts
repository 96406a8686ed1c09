import test from 'ava'

import {graphMermaid} from '../../src/terminal/graph-mermaid.ts'
import {shopGraph} from '../support/shop-graph.ts'

test('for Mermaid names are quoted, and parts have ids of their own', (t) => {
  t.is(
    graphMermaid(shopGraph),
    `graph LR
  n0["web<br>http://shop.localhost:7070<br>http://web.main.shop.localhost:7070"]
  n1["mailer"]
  n2[("db")]
  w0(["front"])
  w1(["back"])
  v0[/"data"/]
  n0 -->|healthy| n2
  n0 --- w0
  n0 --- w1
  n1 --- w1
  n2 --- w1
  n2 -.->|"/var/lib/postgresql/data"| v0`,
  )
})

test('a dependency that is not there is left out, and a quote ends no label', (t) => {
  const [web] = shopGraph.nodes
  const only = web ? [{...web, name: 'say "hi"', addresses: [], networks: []}] : []
  t.is(graphMermaid({...shopGraph, nodes: only}), 'graph LR\n  n0["say #quot;hi#quot;"]')
})
