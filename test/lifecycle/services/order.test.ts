import test from 'ava'
import {assert, property, subarray, tuple} from 'fast-check'

import {startOrder} from '../../../src/lifecycle/services/order.ts'
import {on} from '../../support/services.ts'

const node = (name: string, ...needs: string[]) => ({name, dependsOn: needs.map((each) => on(each))})

test('what depends on nothing starts at once, and everything else after what it depends on', (t) => {
  t.deepEqual(startOrder([node('web', 'db', 'cache'), node('db'), node('cache'), node('proxy', 'web')]), [
    ['db', 'cache'],
    ['web'],
    ['proxy'],
  ])
})

test('a circle is named, without what only leads into it', (t) => {
  const nodes = [node('front', 'web'), node('web', 'db'), node('db', 'worker'), node('worker', 'web'), node('cache')]
  t.throws(() => startOrder(nodes), {
    code: 'COMPOSE_INVALID',
    message: 'services depend on each other in a circle: web -> db -> worker -> web',
  })
  t.throws(() => startOrder([node('a', 'a')]), {message: /a -> a/})
})

test('what is required must be there, and what is not may be missing', (t) => {
  t.throws(() => startOrder([node('web', 'db')]), {
    code: 'COMPOSE_INVALID',
    message: 'web depends on db, and there is no such service',
  })
  t.deepEqual(startOrder([{name: 'web', dependsOn: [on('db', {required: false})]}]), [['web']])
})

test('every graph either has an order that keeps every dependency, or a circle that is one', (t) => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  const graph = tuple(...names.map(() => subarray(names)))
  assert(
    property(graph, (needs) => {
      const nodes = names.map((name, at) => node(name, ...(needs[at] ?? [])))
      const edges = new Set(nodes.flatMap(({name, dependsOn}) => dependsOn.map((each) => `${name}>${each.name}`)))
      try {
        const order = startOrder(nodes)
        const at = (name: string) => order.findIndex((group) => group.includes(name))
        return (
          order.flat().length === names.length &&
          nodes.every(({name, dependsOn}) => dependsOn.every((each) => at(each.name) < at(name)))
        )
      } catch (error) {
        const circle = (error as Error).message.split(': ')[1]?.split(' -> ') ?? []
        return (
          circle.length > 1 &&
          circle[0] === circle.at(-1) &&
          circle.slice(1).every((name, step) => edges.has(`${circle[step]}>${name}`))
        )
      }
    }),
    {numRuns: 500},
  )
  t.pass()
})
