import test from 'ava'

import {secretDigest} from '../../../../src/parity/secrets/secret-digest.ts'
import {deployment, runOf} from './kit.ts'

test('a container that says nothing runs as Kubernetes has it by default', (t) => {
  t.deepEqual(runOf(deployment('')), {
    source: 'k8s:out.yaml',
    image: 'shop:1',
    config: {},
    env: [],
    capAdd: [],
    capDrop: [],
    privileged: false,
    tmpfs: [],
    mounts: [],
    networks: [],
    publishes: [],
    restart: 'always',
    stopGraceMs: 30_000,
    others: {'k8s.kind': 'Deployment'},
  })
})

test('limits, privileges, ports and the pod as a whole are told', (t) => {
  const run = runOf(
    deployment(
      `resources: {limits: {memory: 512Mi, cpu: 500m}, requests: {memory: 1Gi}}
securityContext:
  privileged: true
  readOnlyRootFilesystem: true
  allowPrivilegeEscalation: false
  capabilities: {add: [NET_ADMIN, cap_sys_time], drop: [ALL]}
ports: [{name: http, containerPort: 8080}, {containerPort: 53, protocol: UDP}]`,
      'terminationGracePeriodSeconds: 5\nrestartPolicy: OnFailure\nhostNetwork: true',
    ).replace('spec:\n', 'spec:\n  replicas: 3\n'),
  )
  t.like(run, {
    memoryBytes: 512 * 2 ** 20,
    cpus: 0.5,
    privileged: true,
    readOnlyRoot: true,
    noNewPrivileges: true,
    stopGraceMs: 5000,
    restart: 'on-failure',
    networkMode: 'host',
    replicas: 3,
  })
  t.deepEqual(run.capAdd, ['NET_ADMIN', 'SYS_TIME'])
  t.deepEqual(run.capDrop, ['ALL'])
  t.deepEqual(run.publishes, ['53/udp', '8080/tcp'])
})

test('command and arguments replace those of the image, and a command takes its arguments away', (t) => {
  t.deepEqual(runOf(deployment('command: [node]\nargs: [server.js]\nworkingDir: /app')).config, {
    entrypoint: ['node'],
    command: ['server.js'],
    workdir: '/app',
  })
  t.deepEqual(runOf(deployment('command: [node]')).config, {entrypoint: ['node'], command: []})
  t.deepEqual(runOf(deployment('args: [server.js]')).config, {command: ['server.js']})
  t.deepEqual(runOf(deployment('command: []\nargs:')).config, {})
})

test("the container's own user wins over the pod's", (t) => {
  const pod = 'securityContext: {runAsUser: 1000, runAsGroup: 2000}'
  t.is(runOf(deployment('', pod)).config.user, '1000:2000')
  t.is(runOf(deployment('securityContext: {runAsUser: 0}', pod)).config.user, '0:2000')
  t.is(runOf(deployment('securityContext: {runAsUser: 0}')).config.user, '0')
})

test('variables are known where the same file holds them, and otherwise by where they come from', (t) => {
  const run = runOf(
    deployment(
      `env:
  - {name: PORT, value: "8080"}
  - {name: URL, value: "http://localhost:$(PORT)/$(NOPE)$$"}
  - {name: DB_PASSWORD, value: hunter2}
  - {name: MODE, valueFrom: {configMapKeyRef: {name: settings, key: mode}}}
  - {name: PLAIN, valueFrom: {secretKeyRef: {name: own, key: plain}}}
  - {name: BOTH, value: "x-$(PLAIN)"}
  - {name: TOKEN, valueFrom: {secretKeyRef: {name: elsewhere, key: token}}}
  - {name: GONE, valueFrom: {configMapKeyRef: {name: settings, key: nope}}}
  - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
  - {name: CPUS, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
envFrom:
  - {prefix: APP_, configMapRef: {name: settings}}
  - {secretRef: {name: elsewhere}}`,
      '',
      `---
kind: ConfigMap
metadata: {name: settings}
data: {mode: fast, PORT: "1"}
---
kind: Secret
metadata: {name: own}
data: {plain: ${Buffer.from('in base64').toString('base64')}}
`,
    ),
  )
  t.deepEqual(run.env, [
    {name: '* of Secret elsewhere', from: 'Secret elsewhere'},
    {name: 'APP_PORT', value: '1'},
    {name: 'APP_mode', value: 'fast'},
    {name: 'BOTH', secret: secretDigest('BOTH', 'x-in base64')},
    {name: 'CPUS', from: 'resource limits.cpu'},
    {name: 'DB_PASSWORD', secret: secretDigest('DB_PASSWORD', 'hunter2')},
    {name: 'GONE', from: 'ConfigMap settings/nope'},
    {name: 'IP', from: 'field status.podIP'},
    {name: 'MODE', value: 'fast'},
    {name: 'PLAIN', secret: secretDigest('PLAIN', 'in base64')},
    {name: 'PORT', value: '8080'},
    {name: 'TOKEN', from: 'Secret elsewhere/token'},
    {name: 'URL', value: 'http://localhost:8080/$(NOPE)$'},
  ])
})

test('a ConfigMap of another namespace is another', (t) => {
  const run = runOf(
    deployment(
      'env: [{name: MODE, valueFrom: {configMapKeyRef: {name: settings, key: mode}}}]',
      '',
      '---\nkind: ConfigMap\nmetadata: {name: settings, namespace: other}\ndata: {mode: fast}\n',
    ),
  )
  t.deepEqual(run.env, [{name: 'MODE', from: 'ConfigMap settings/mode'}])
})

test('mounts are told by what they are', (t) => {
  const run = runOf(
    deployment(
      `volumeMounts:
  - {name: data, mountPath: /data/}
  - {name: memory, mountPath: /scratch}
  - {name: disk, mountPath: /cache, readOnly: true}
  - {name: key, mountPath: /keys}
  - {name: settings, mountPath: /etc/app}
  - {name: host, mountPath: /host}
  - {name: claimed, mountPath: /claimed}`,
      `volumes:
  - {name: data, persistentVolumeClaim: {claimName: data}}
  - {name: memory, emptyDir: {medium: Memory}}
  - {name: disk, emptyDir: {}}
  - {name: key, secret: {secretName: key}}
  - {name: settings, configMap: {name: settings}}
  - {name: host, hostPath: {path: /var}}`,
    ),
  )
  t.deepEqual(run.tmpfs, ['/scratch'])
  t.deepEqual(run.mounts, [
    {path: '/cache', kind: 'volume', readOnly: true},
    {path: '/claimed', kind: 'volume', readOnly: false},
    {path: '/data', kind: 'volume', readOnly: false},
    {path: '/etc/app', kind: 'config', readOnly: true},
    {path: '/host', kind: 'bind', readOnly: false},
    {path: '/keys', kind: 'secret', readOnly: true},
  ])
})

const check = (container: string) => runOf(deployment(container)).config.healthcheck

test('a probe is told as a healthcheck, and that of readiness comes first', (t) => {
  t.deepEqual(
    check(`ports: [{name: http, containerPort: 8080}]
livenessProbe: {tcpSocket: {port: 1}}
readinessProbe:
  httpGet: {path: /healthz, port: http}
  periodSeconds: 5
  timeoutSeconds: 2
  initialDelaySeconds: 1
  failureThreshold: 4`),
    {test: ['HTTP', 'http://:8080/healthz'], intervalMs: 5000, timeoutMs: 2000, startPeriodMs: 1000, retries: 4},
  )
  t.deepEqual(check('livenessProbe: {exec: {command: [pg_isready]}}')?.test, ['CMD', 'pg_isready'])
  t.deepEqual(check('startupProbe: {grpc: {port: 9, service: x}}')?.test, ['GRPC', ':9/x'])
  t.is(check(''), undefined)
})

test('a limit that is no quantity is an error, and never no limit', (t) => {
  for (const limit of ['memory: 12Qx', 'memory: banana', 'cpu: 500x'])
    t.throws(() => runOf(deployment(`resources: {limits: {${limit}}}`)), {code: 'SIDE_UNREADABLE'})
})
