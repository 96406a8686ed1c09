import test from 'ava'

import {saidBy} from '../../../../src/parity/compare/config/effective.ts'
import {between, betweenImages} from '../found.ts'
import {config, image, run} from '../sides.ts'

const node = image({
  config: {...config, user: 'node', command: ['node', 'server.js'], env: [{name: 'MODE', value: 'a'}]},
})

const messages = (findings: ReturnType<typeof between>) => findings.map(({rule, message}) => `${rule}: ${message}`)

test('what it is run by goes before the image, and the message says who says so', (t) => {
  t.deepEqual(messages(between({image: node, run: run({config: {user: '1000'}})}, {image: node, run: run()})), [
    'config.user: the user is 1000 in A (compose.yaml#web) and node in B',
  ])
  t.deepEqual(between({image: node, run: run({config: {user: 'node'}})}, {image: node, run: run()}), [])
})

test("an entrypoint of its own takes the image's command away", (t) => {
  const own = run({config: {entrypoint: ['node', 'server.js']}})
  t.deepEqual(
    messages(between({image: node, run: own}, {image: node, run: run()})),
    [
      'config.entrypoint.split: entrypoint and command are ["node","server.js"] with none in A and none with ["node","server.js"] in B, which starts the same',
    ],
    'the command is not there twice',
  )
})

test('where an image is known on one side alone, what is left to it on the other is not compared', (t) => {
  t.deepEqual(between({image: node, run: run()}, {run: run()}), [])
  t.deepEqual(messages(between({image: node, run: run()}, {run: run({config: {user: 'root'}})})), [
    'config.user: the user is node in A and root in B (compose.yaml#web)',
  ])
})

test("where no image is known, what one run says and the other does not is told against the image's own", (t) => {
  t.deepEqual(messages(between({run: run({config: {workdir: '/srv'}})}, {run: run()})), [
    "config.workdir: the workdir is /srv in A (compose.yaml#web) and the image's own in B",
  ])
})

const users = (a: string, b: string) =>
  between({image: image({config: {...config, user: a}})}, {image: image({config: {...config, user: b}})})

test('root by any name is one user, and a group that is not root counts', (t) => {
  for (const [a, b] of [
    ['', 'root'],
    ['0', 'root:root'],
    ['0:0', ''],
  ] as const)
    t.deepEqual(users(a, b), [])
  t.is(users('1000', '1000:1000').length, 1)
  t.is(users('root', 'root:node').length, 1)
})

const signals = (a: string, b: string) =>
  between({image: image({config: {...config, stopSignal: a}})}, {image: image({config: {...config, stopSignal: b}})})

test('a signal by its number, its name or with SIG is one signal', (t) => {
  t.deepEqual([...signals('', '15'), ...signals('SIGQUIT', 'quit'), ...signals('3', 'SIGQUIT')], [])
  t.is(signals('SIGQUIT', '')[0]?.message, 'the stop signal is SIGQUIT in A and SIGTERM in B')
})

test('of several ports and volumes it is said that they are, of one user that he is', (t) => {
  const told = betweenImages(
    {config: {...config, ports: ['80/tcp'], volumes: ['/data'], user: 'a'}},
    {config: {...config, user: 'b'}},
  ).map(({message}) => message)
  t.deepEqual(told.toSorted(), [
    'the exposed ports are 80/tcp in A and none in B',
    'the user is a in A and b in B',
    'the volumes are /data in A and none in B',
  ])
})

const said = (stopSignal: string) => between({run: run({config: {stopSignal}})}, {run: run()})

test('a signal by any number and by its other names is one signal, and SIGTERM is what an unknown image has', (t) => {
  t.deepEqual([...signals('6', 'SIGABRT'), ...signals('SIGIOT', 'abrt'), ...signals('37', 'SIGRTMIN+3')], [])
  t.deepEqual([...said('SIGTERM'), ...said('15')], [])
  t.deepEqual(messages(said('SIGQUIT')), [
    "config.stop-signal: the stop signal is SIGQUIT in A (compose.yaml#web) and the image's own in B",
  ])
})

test('a slash at the end of a path is none', (t) => {
  t.deepEqual(
    betweenImages(
      {config: {...config, workdir: '/app/', volumes: ['/data/']}},
      {config: {...config, workdir: '/app', volumes: ['/data']}},
    ),
    [],
  )
  t.deepEqual(between({run: run({config: {workdir: '/'}})}, {run: run({config: {workdir: ''}})}), [])
})

const known = (user: string, id = 1000) =>
  image({
    config: {...config, user},
    users: {
      users: [
        {name: 'root', id: 0, gid: 0},
        {name: 'node', id, gid: id},
      ],
      groups: [{name: 'node', id}],
    },
  })

test('users are who the image says they are', (t) => {
  for (const one of ['node', '1000', 'node:node', '1000:1000', ':1000'.slice(1)])
    t.deepEqual(between({image: known('node')}, {image: known(one)}), [], one)
  t.deepEqual(
    between({image: known('node'), run: run({config: {user: '1000'}})}, {image: known('node'), run: run()}),
    [],
  )
  t.deepEqual(between({image: known('')}, {image: known('0')}), [])
  t.deepEqual(between({image: known('1002')}, {image: known('1002:0')}), [], 'nobody has a name for it')
  t.deepEqual(messages(between({image: known('node')}, {image: known('node', 1001)})), [
    'config.user: the user is node (1000:1000) in A and node (1001:1001) in B',
  ])
  t.deepEqual(messages(between({image: known('node')}, {image: known('1000:0')})), [
    'config.user: the user is node in A and 1000:root in B',
  ])
  const unknown = image({config: {...config, user: 'node'}})
  t.deepEqual(between({image: known('node')}, {image: unknown}), [], 'an older lock file knows names alone')
})

test('two images of which one alone is run by something are compared by what they say themselves', (t) => {
  const runs = {image: node, run: run({config: {user: '0'}, env: [{name: 'DATABASE_URL', value: 'db'}]})}
  t.deepEqual(between(runs, {image: node}), [])
  t.deepEqual(between({image: node}, runs), [])
  const other = image({config: {...node.config, user: 'other'}})
  t.deepEqual(messages(between(runs, {image: other})), ['config.user: the user is node in A and other in B'])
})

test('how one side runs an image that is not here is no difference to an image that nobody says is run', (t) => {
  const runs = {run: run({config: {user: '0'}, env: [{name: 'DATABASE_URL', value: 'db'}]})}
  t.deepEqual([...between(runs, {image: node}), ...between({image: node}, runs)], [])
})

test('where a value is said is told unless it is the image, or what the side is called by', (t) => {
  t.is(saidBy({value: '', by: 'compose.yaml#web'}, 'the working tree'), ' (compose.yaml#web)')
  t.is(saidBy({value: '', by: 'k8s:web.yaml#Deployment/web'}, 'k8s:web.yaml'), '')
  t.is(saidBy({value: '', by: undefined}, 'image:shop:1'), '')
})
