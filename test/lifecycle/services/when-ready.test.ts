import test from 'ava'

import {ImmError} from '../../../src/errors.ts'
import {whenReady} from '../../../src/lifecycle/services/when-ready.ts'
import {noSignal, on} from '../../support/services.ts'

const nodes = [
  {name: 'front', dependsOn: [on('web')]},
  {name: 'web', dependsOn: [on('db', {condition: 'healthy'}), on('mail', {required: false})]},
  {name: 'db', dependsOn: []},
  {name: 'mail', dependsOn: []},
]

const graph = (failing: string) => {
  const begun: string[] = []
  const failed: string[] = []
  const warned: string[] = []
  const asked: string[] = []
  const error = new ImmError('SERVICE_FAILED', `${failing} ended`)
  return {
    begun,
    failed,
    warned,
    asked,
    nodes,
    has: (name: string) => nodes.some((node) => node.name === name),
    warn: (message: string) => void warned.push(message),
    begin: (name: string) => void begun.push(name),
    fail: (name: string, {message}: ImmError) => void failed.push(`${name}: ${message}`),
    async ready(name: string, condition: string) {
      asked.push(`${name} ${condition}`)
      if (name === failing || failed.some((each) => each.startsWith(`${name}:`))) throw error
    },
  }
}

test('everything begins once the conditions of its dependencies hold; what is not required only warns', async (t) => {
  const one = graph('mail')
  await whenReady(one, noSignal)
  t.deepEqual(one.begun.toSorted(), ['db', 'front', 'mail', 'web'])
  t.deepEqual(one.asked.toSorted(), ['db healthy', 'mail started', 'web started'])
  t.deepEqual(one.warned, ["web starts without mail, which it doesn't require: mail ended"])
})

test('what depends on something that failed does not begin, and says of what', async (t) => {
  const one = graph('db')
  await whenReady(one, noSignal)
  t.false(one.begun.includes('web'))
  t.deepEqual(one.failed, ['web: web is not started: db ended'])
})

test('nothing begins where the dependencies go round in a circle', async (t) => {
  const one = graph('')
  const circle = [...nodes, {name: 'a', dependsOn: [on('b')]}, {name: 'b', dependsOn: [on('a')]}]
  await t.throwsAsync(whenReady({...one, nodes: circle}, noSignal), {message: /a -> b -> a$/})
  t.deepEqual(one.begun, [])
})
