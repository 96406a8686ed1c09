import test, {type ExecutionContext} from 'ava'

import {isImmError, type ErrorCode} from '../../../../src/errors.ts'
import {deployment, runOf} from './kit.ts'

const pod = 'containers: [{name: c, image: "IMAGE"}]'
const templated = (kind: string, name: string, image: string) =>
  `kind: ${kind}\nmetadata: {name: ${name}}\nspec: {template: {spec: {${pod.replace('IMAGE', image)}}}}`

const all = [
  '# a comment alone',
  templated('Deployment', 'web', 'deployment'),
  templated('StatefulSet', 'db', 'stateful'),
  templated('DaemonSet', 'agent', 'daemon'),
  templated('Job', 'seed', 'job'),
  `kind: CronJob\nmetadata: {name: nightly}\nspec: {jobTemplate: {spec: {template: {spec: {${pod.replace('IMAGE', 'cron')}}}}}}`,
  `kind: Pod\nmetadata: {name: alone}\nspec: {${pod.replace('IMAGE', 'pod')}}`,
  'kind: Service\nmetadata: {name: web}',
].join('\n---\n')

const images: readonly [string, string][] = [
  ['Deployment/web', 'deployment'],
  ['deploy/web', 'deployment'],
  ['deployments/web', 'deployment'],
  ['StatefulSet/db', 'stateful'],
  ['daemonset/agent', 'daemon'],
  ['Job/seed', 'job'],
  ['cj/nightly', 'cron'],
  ['Pod/alone', 'pod'],
]

for (const [workload, image] of images)
  test(`${workload} is found among several documents`, (t) => t.is(runOf(all, {workload}).image, image))

test('what is in a List is found, too', (t) => {
  const list = JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        kind: 'Deployment',
        metadata: {name: 'web'},
        spec: {template: {spec: {containers: [{name: 'c', image: 'listed'}]}}},
      },
    ],
  })
  t.is(runOf(list, {workload: 'Deployment/web'}).image, 'listed')
  t.is(runOf(list).image, 'listed', 'the only one need not be named')
})

const fails = (
  t: ExecutionContext,
  run: () => unknown,
  [code, message, next]: readonly [ErrorCode, RegExp, RegExp],
): void => {
  const error = t.throws(run)
  t.true(isImmError(error, code), String(error))
  t.regex(error?.message ?? '', message)
  t.regex(isImmError(error) ? error.next : '', next)
}

test('what is not there is refused with the name that was probably meant, and those there are', (t) => {
  fails(t, () => runOf(all, {workload: 'Deployment/wbe'}), [
    'SIDE_NOT_FOUND',
    /out\.yaml has no workload Deployment\/wbe/,
    /^Did you mean Deployment\/web\? It has Deployment\/web, StatefulSet\/db/,
  ])
  fails(t, () => runOf(all, {workload: 'Service/web'}), ['SIDE_UNKNOWN', /no kind of workload/, /Deployment/])
  fails(t, () => runOf(all), ['SIDE_NOT_FOUND', /several workloads/, /Name one of Deployment\/web/])
  fails(t, () => runOf('kind: Service\nmetadata: {name: web}'), ['SIDE_NOT_FOUND', /has no workload/, /Deployment/])
  const twice = `${templated('Deployment', 'web', 'a')}\n---\n${templated('Deployment', 'web', 'b')}`
  fails(t, () => runOf(twice, {workload: 'Deployment/web'}), ['SIDE_NOT_FOUND', /several namespaces/, /one namespace/])
})

test('of several containers one has to be named, unless the pod says which is the main one', (t) => {
  const two = deployment(
    '',
    '',
    '        - {name: proxy, image: envoy}\n      initContainers: [{name: wait, image: waiter}]',
  )
  fails(t, () => runOf(two), ['SIDE_NOT_FOUND', /several containers/, /web, proxy or wait/])
  t.is(runOf(two, {container: 'proxy'}).image, 'envoy')
  t.is(runOf(two, {container: 'wait'}).image, 'waiter')
  fails(t, () => runOf(two, {container: 'prox'}), ['SIDE_NOT_FOUND', /no container prox/, /Did you mean proxy\?/])
  const annotated = two.replace(
    '  template:\n',
    '  template:\n    metadata: {annotations: {kubectl.kubernetes.io/default-container: web}}\n',
  )
  t.is(runOf(annotated).image, 'shop:1')
})

test('what can be read by nobody says why, and a template says that it is one', (t) => {
  fails(t, () => runOf('a: [1'), ['SIDE_UNREADABLE', /can't be read as Kubernetes manifests/, /kubectl apply/])
  fails(t, () => runOf('just words'), ['SIDE_UNREADABLE', /no kind/, /kubectl apply/])
  fails(t, () => runOf('replicas: {{ .Values.replicas }}'), ['SIDE_UNREADABLE', /manifests/, /helm template/])
  fails(t, () => runOf(deployment('env: nothing')), ['SIDE_UNREADABLE', /Deployment\/web in out\.yaml: .*env/, /./])
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: [*c,*c,*c,*c,*c,*c,*c,*c,*c]`
  fails(t, () => runOf(bomb), ['SIDE_UNREADABLE', /manifests/, /./])
})
