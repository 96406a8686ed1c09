import test from 'ava'

import {graphDot} from '../../src/terminal/graph-dot.ts'
import {shopGraph} from '../support/shop-graph.ts'

test('for Graphviz an arrow leads to what something depends on, dashed to volumes and dotted to networks', (t) => {
  t.is(
    graphDot(shopGraph),
    `digraph "shop/main" {
  rankdir=LR;
  "web" [shape=box, label="web\\nhttp://shop.localhost:7070\\nhttp://web.main.shop.localhost:7070"];
  "mailer" [shape=box, label="mailer"];
  "db" [shape=cylinder, label="db"];
  "network front" [shape=ellipse];
  "network back" [shape=ellipse];
  "volume data" [shape=folder];
  "web" -> "db" [label="healthy"];
  "web" -> "network front" [style=dotted, dir=none];
  "web" -> "network back" [style=dotted, dir=none];
  "mailer" -> "network back" [style=dotted, dir=none];
  "db" -> "network back" [style=dotted, dir=none];
  "db" -> "volume data" [style=dashed, label="/var/lib/postgresql/data"];
}`,
  )
})

test('one network that all are on is not drawn', (t) => {
  const nodes = shopGraph.nodes.map((node) => ({...node, networks: ['default']}))
  t.notRegex(graphDot({...shopGraph, nodes}), /network/)
})
