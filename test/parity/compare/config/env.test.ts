import test from 'ava'

import {allOf} from '../../../../src/parity/env-source.ts'
import type {EnvVar} from '../../../../src/parity/facts.ts'
import {between} from '../found.ts'
import {config, image, run} from '../sides.ts'

const holding = (...env: EnvVar[]) => image({config: {...config, env}})

const told = (findings: ReturnType<typeof between>) =>
  findings.map(({rule, severity, message}) => [rule, severity, message])

test('a variable of the image that differs is an error, one by how it is run a warning', (t) => {
  t.deepEqual(told(between({image: holding({name: 'M', value: 'a'})}, {image: holding({name: 'M', value: 'b'})})), [
    ['config.env.value', 'error', 'M is "a" in A and "b" in B'],
  ])
  t.deepEqual(
    told(
      between(
        {image: holding({name: 'M', value: 'a'}), run: run()},
        {image: holding({name: 'M', value: 'a'}), run: run({env: [{name: 'M', value: 'b'}]})},
      ),
    ),
    [['run.env.value', 'warning', 'M is "a" in A and "b" in B (compose.yaml#web)']],
  )
})

test('a run that sets what the image of the other has is the same', (t) => {
  t.deepEqual(
    between(
      {image: holding({name: 'M', value: 'a'}), run: run()},
      {image: holding(), run: run({env: [{name: 'M', value: 'a'}]})},
    ),
    [],
  )
})

test('of secrets the digests are compared, and nothing of them is told', (t) => {
  const secret = (digest: string) => holding({name: 'KEY', secret: digest})
  t.deepEqual(between({image: secret('sha256:a')}, {image: secret('sha256:a')}), [])
  const [found, ...more] = between({image: secret('sha256:a')}, {image: secret('sha256:b')})
  t.deepEqual(
    [found?.rule, found?.message, found?.a, more],
    ['config.env.secret', 'KEY has another value in A than in B', undefined, []],
  )
  t.notRegex(JSON.stringify(found), /sha256/)
  const [alone] = between({image: secret('sha256:a')}, {image: holding()})
  t.deepEqual([alone?.rule, alone?.a], ['config.env.missing', 'a secret'])
})

test('a variable of an image is not missed where the other image is not known', (t) => {
  t.deepEqual(between({image: holding({name: 'M', value: 'a'}), run: run()}, {run: run()}), [])
  t.deepEqual(told(between({image: holding(), run: run({env: [{name: 'M', value: 'a'}]})}, {run: run()})), [
    ['run.env.missing', 'error', 'B has no variable M, A has (compose.yaml#web)'],
  ])
})

const fetched = (place: string) => run({env: [{name: 'URL', from: place}]})

test('a value that is fetched when it starts is not taken for another', (t) => {
  t.deepEqual(between({run: fetched('secret shop/url')}, {run: fetched('secret shop/url')}), [])
  t.deepEqual(told(between({run: fetched('secret shop/url')}, {run: run({env: [{name: 'URL', value: 'x'}]})})), [
    ['run.env.source', 'note', 'URL is from secret shop/url in A (compose.yaml#web) and "x" in B (compose.yaml#web)'],
  ])
})

test('a variable that one image lacks is missing, whatever is fetched on both sides', (t) => {
  const both = {run: run({env: [allOf('', 'ConfigMap shop')]})}
  t.deepEqual(
    between({image: holding({name: 'M', value: 'a'}), ...both}, {image: holding(), ...both}).map(({rule}) => rule),
    ['config.env.missing'],
  )
})
