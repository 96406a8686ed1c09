import test from 'ava'

import {compareSides} from '../../../../src/parity/compare/compare.ts'
import {type Asked, deployment, runOf} from './kit.ts'

type Part = string | {container?: string; pod?: string; before?: string; text?: string; asked?: Asked}

const manifest = (part: Part): string => {
  if (typeof part === 'string') return deployment(part)
  const {container = '', pod = '', before = '', text} = part
  return text ?? `${before}${deployment(container, pod)}`
}

const found = (...pair: readonly [Part, Part]) => {
  const [a, b] = pair.map((part) => ({
    name: 'k8s:a',
    run: runOf(manifest(part), typeof part === 'string' ? {} : part.asked),
    gaps: [],
  }))
  return a && b ? compareSides(a, b).findings.map(({rule, subject}) => `${rule} ${subject}`) : []
}

const config = (data: string, more = ''): string =>
  `kind: ConfigMap\nmetadata: {name: c${more}}\ndata: {${data}}\n---\n`
const secret = (data: string): string => `kind: Secret\nmetadata: {name: s}\nstringData: {${data}}\n---\n`
const mount = 'volumeMounts: [{name: v, mountPath: /etc/app}]'
const volume = (source: string, before = ''): Part => ({
  container: mount,
  pod: `volumes: [{name: v, ${source}}]`,
  before,
})
const pod = (text: string): Part => ({pod: text})
const probe = (kind: string, more = '') => `${kind}: {tcpSocket: {port: 80}${more}}`
const memory = (text: string) => `resources: {limits: {memory: ${text}}}`
const ofConfig = (more = '') => `env: [{name: A, valueFrom: {configMapKeyRef: {name: c, key: k${more}}}}]`
const ofSecret = 'env: [{name: DB_HOST, valueFrom: {secretKeyRef: {name: s, key: h}}}]'
const job = (spec: string, kind = 'Job'): Part => ({
  text: deployment('').replace('kind: Deployment', `kind: ${kind}`).replace('spec:\n', `spec:\n  ${spec}\n`),
})
const merged = (text: string): Part => ({
  text: deployment('<<: *all').replace('spec:\n', `spec:\n  x-all: &all\n    ${memory(text)}\n`),
})
const cron = (schedule: string): Part => ({
  text: `kind: CronJob
metadata: {name: web}
spec:
  schedule: "${schedule}"
  jobTemplate: {spec: {template: {spec: {containers: [{name: web, image: shop:1}]}}}}`,
})

const differing: Readonly<Record<string, readonly [Part, Part, string]>> = {
  'a source of variables that is not known': [
    'envFrom: [{configMapRef: {name: x}}, {configMapRef: {name: y}}]',
    'envFrom: [{configMapRef: {name: y}}]',
    'run.env.source * of ConfigMap x',
  ],
  'a source of variables, against written ones': [
    'envFrom: [{configMapRef: {name: x}}]',
    'env: [{name: PORT, value: "80"}]',
    'run.env.source * of ConfigMap x',
  ],
  'a variable beside a source that both have': [
    'envFrom: [{configMapRef: {name: x}}]\nenv: [{name: PORT, value: "80"}]',
    'envFrom: [{configMapRef: {name: x}}]',
    'run.env.source PORT',
  ],
  'a variable that is none of a source with a prefix': [
    'envFrom: [{prefix: DB_, configMapRef: {name: x}}]',
    'env: [{name: PORT, value: "80"}]',
    'run.env.missing PORT',
  ],
  'a key that need not be there': [ofConfig(', optional: true'), '', 'run.env.source A'],
  'a key that has to be there': [ofConfig(), ofConfig(', optional: true'), 'run.env.source A'],
  'a source that need not be there': [
    'envFrom: [{secretRef: {name: x, optional: true}}]',
    '',
    'run.env.source * of Secret x',
  ],
  'a key of what is not known': [ofConfig(), '', 'run.env.missing A'],
  'the content of a file': [
    volume('configMap: {name: c}', config('f: prod')),
    volume('configMap: {name: c}', config('f: test')),
    'run.setting k8s.volume./etc/app',
  ],
  'a file that is not known': [
    volume('configMap: {name: c}'),
    volume('configMap: {name: d}'),
    'run.setting k8s.volume./etc/app',
  ],
  'data that is kept, and data that is not': [
    volume('persistentVolumeClaim: {claimName: c}'),
    volume('emptyDir: {}'),
    'run.setting k8s.volume./etc/app',
  ],
  'a path within a volume': [
    `${mount.slice(0, -2)}, subPath: a}]`,
    `${mount.slice(0, -2)}, subPath: b}]`,
    'run.setting k8s.volume./etc/app',
  ],
  'the size of a volume': [
    volume('emptyDir: {sizeLimit: 1Mi}'),
    volume('emptyDir: {}'),
    'run.setting k8s.volume./etc/app',
  ],
  'a file among several of a volume': [
    volume('projected: {sources: [{configMap: {name: c}}, {secret: {name: s}}]}', config('f: prod')),
    volume('projected: {sources: [{configMap: {name: c}}, {secret: {name: s}}]}', config('f: test')),
    'run.setting k8s.volume./etc/app',
  ],
  'a file of a Secret': [
    volume('secret: {secretName: s}', secret('f: x')),
    volume('secret: {secretName: s}', secret('f: y')),
    'run.setting k8s.volume./etc/app',
  ],
  'bytes of a file that is no text': [
    volume('configMap: {name: c}', 'kind: ConfigMap\nmetadata: {name: c}\nbinaryData: {f: /w==}\n---\n'),
    volume('configMap: {name: c}', 'kind: ConfigMap\nmetadata: {name: c}\nbinaryData: {f: /g==}\n---\n'),
    'run.setting k8s.volume./etc/app',
  ],
  'the name of a mounted file': [
    volume('configMap: {name: c, items: [{key: f, path: a}]}', config('f: x')),
    volume('configMap: {name: c, items: [{key: f, path: b}]}', config('f: x')),
    'run.setting k8s.volume./etc/app',
  ],
  'who may read a mounted file': [
    volume('configMap: {name: c, defaultMode: 0400}', config('f: x')),
    volume('configMap: {name: c}', config('f: x')),
    'run.setting k8s.volume./etc/app',
  ],
  'whether mounts of the machine arrive': [
    {
      container: `${mount.slice(0, -2)}, mountPropagation: HostToContainer}]`,
      pod: 'volumes: [{name: v, emptyDir: {}}]',
    },
    volume('emptyDir: {}'),
    'run.setting k8s.volume./etc/app',
  ],
  'a container that runs before': [
    pod('initContainers: [{name: migrate, image: shop:1, command: [migrate]}]'),
    '',
    'run.setting k8s.initContainers.migrate',
  ],
  'a setting of a container that runs before': [
    pod('initContainers: [{name: m, image: i, args: [a]}]'),
    pod('initContainers: [{name: m, image: i, args: [b]}]'),
    'run.setting k8s.initContainers.m',
  ],
  'another probe than the first': [
    `${probe('readinessProbe')}\n${probe('livenessProbe')}`,
    probe('readinessProbe'),
    'run.setting k8s.livenessProbe',
  ],
  'a probe of another kind': [probe('livenessProbe'), probe('readinessProbe'), 'run.setting k8s.healthcheck'],
  'times of a probe': [
    probe('readinessProbe', ', periodSeconds: 30, timeoutSeconds: 30'),
    probe('readinessProbe'),
    'config.healthcheck.timing healthcheck',
  ],
  'headers of a probe': [
    'readinessProbe: {httpGet: {port: 80, httpHeaders: [{name: Host, value: a}]}}',
    'readinessProbe: {httpGet: {port: 80}}',
    'config.healthcheck healthcheck',
  ],
  'the group of files': [pod('securityContext: {fsGroup: 1000}'), '', 'run.setting k8s.fsGroup'],
  'more groups': [pod('securityContext: {supplementalGroups: [998]}'), '', 'run.setting group_add'],
  'no filter of system calls': [
    pod('securityContext: {seccompProfile: {type: Unconfined}}'),
    '',
    'run.setting security_opt.seccomp',
  ],
  'that it may not be root': [pod('securityContext: {runAsNonRoot: true}'), '', 'run.setting k8s.runAsNonRoot'],
  'a group without a user': [pod('securityContext: {runAsGroup: 3000}'), '', 'run.setting k8s.runAsGroup'],
  'a setting of the kernel': [
    pod('securityContext: {sysctls: [{name: net.core.somaxconn, value: "1"}]}'),
    '',
    'run.setting sysctls.net.core.somaxconn',
  ],
  'the processes of the machine': [pod('hostPID: true'), '', 'run.setting pid'],
  'processes that are shared': [pod('shareProcessNamespace: true'), '', 'run.setting k8s.shareProcessNamespace'],
  'names of machines': [pod('hostAliases: [{ip: 1.2.3.4, hostnames: [db]}]'), '', 'run.setting extra_hosts'],
  'a filter of system calls': [
    pod('securityContext: {seccompProfile: {type: RuntimeDefault}}'),
    '',
    'run.setting k8s.seccompProfile',
  ],
  'what is written otherwise than Kubernetes takes it': [
    pod('securityContext: {supplementalGroups: ["998"]}'),
    '',
    'run.setting k8s.supplementalGroups',
  ],
  'the order of containers that run before': [
    pod('initContainers: [{name: a, image: i}, {name: b, image: i}]'),
    pod('initContainers: [{name: b, image: i}, {name: a, image: i}]'),
    'run.setting k8s.initContainers',
  ],
  'a container that runs before and one that stays': [
    pod('initContainers: [{name: a, image: i}]'),
    pod('initContainers: [{name: a, image: i, restartPolicy: Always}]'),
    'run.setting k8s.initContainers.a',
  ],
  'what another container has from a ConfigMap of the file': [
    {pod: 'initContainers: [{name: a, image: i, envFrom: [{configMapRef: {name: c}}]}]', before: config('A: x')},
    {pod: 'initContainers: [{name: a, image: i, envFrom: [{configMapRef: {name: c}}]}]', before: config('A: y')},
    'run.setting k8s.initContainers.a',
  ],
  'who is asked for names': [
    pod('dnsPolicy: None\ndnsConfig: {nameservers: [1.1.1.1]}'),
    pod('dnsPolicy: None\ndnsConfig: {nameservers: [8.8.8.8]}'),
    'run.setting dns',
  ],
  'who it is to the cluster, by the older name': [
    pod('serviceAccount: admin'),
    '',
    'run.setting k8s.serviceAccountName',
  ],
  'who it is to the cluster': [pod('serviceAccountName: admin'), '', 'run.setting k8s.serviceAccountName'],
  'no token': [pod('automountServiceAccountToken: false'), '', 'run.setting k8s.automountServiceAccountToken'],
  'another runtime': [pod('runtimeClassName: gvisor'), '', 'run.setting k8s.runtimeClassName'],
  'how names are resolved': [pod('dnsPolicy: None'), '', 'run.setting k8s.dnsPolicy'],
  'a processor for graphics': ['resources: {limits: {nvidia.com/gpu: 1}}', '', 'run.setting k8s.limits.nvidia.com/gpu'],
  'what runs before its end': [
    'lifecycle: {preStop: {exec: {command: [sleep, "20"]}}}',
    '',
    'run.setting k8s.lifecycle.preStop',
  ],
  'a terminal': ['tty: true', '', 'run.setting tty'],
  'a key that nobody knew when this was written': [
    pod('hibernates: {afterSeconds: 5}'),
    '',
    'run.setting k8s.hibernates',
  ],
  'when it runs': [cron('0 * * * *'), cron('0 0 1 1 *'), 'run.setting k8s.schedule'],
  'how often it has to succeed': [job('completions: 5'), job('completions: 1'), 'run.setting k8s.completions'],
  'another kind of workload': [job('{}'.slice(2), 'DaemonSet'), '', 'run.setting k8s.kind'],
  'what a merge key brings': [merged('1Gi'), merged('2Gi'), 'run.memory memory'],
  'a byte of memory': [memory('"2199023255552"'), memory('"2199023255553"'), 'run.memory memory'],
  'a variable in an argument': [
    'env: [{name: P, value: "1"}]\nargs: ["--p=$(P)"]',
    'env: [{name: P, value: "1"}]\nargs: ["--p=2"]',
    'config.command command',
  ],
  'the unit of a limit in a variable': [
    'env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1m}}}]',
    'env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: "1"}}}]',
    'run.env.source A',
  ],
  'the later one of two ConfigMaps': [
    {container: ofConfig(), before: config('k: x') + config('k: y')},
    'env: [{name: A, value: x}]',
    'run.env.value A',
  ],
  'a secret of a file': [
    {container: ofSecret, before: secret('h: db')},
    {container: ofSecret, before: secret('h: other')},
    'run.env.secret DB_HOST',
  ],
}

const equal: Readonly<Record<string, readonly [Part, Part]>> = {
  'the times that Kubernetes has by default': [
    probe('readinessProbe', ', periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3, successThreshold: 1'),
    probe('readinessProbe'),
  ],
  'no path, and the top': [
    'readinessProbe: {httpGet: {port: 80, path: ""}}',
    'readinessProbe: {httpGet: {port: 80, path: /}}',
  ],
  'a user of the pod, and of the container': [
    pod('securityContext: {runAsUser: 1000}'),
    'securityContext: {runAsUser: 1000}',
  ],
  'quantities in other units': [
    'resources: {limits: {cpu: 1000m, memory: 1Ti}}',
    'resources: {limits: {cpu: 1, memory: "1099511627776"}}',
  ],
  'a variable of a ConfigMap, and written': [
    {container: ofConfig(), before: config('k: v')},
    'env: [{name: A, value: v}]',
  ],
  'a ConfigMap of the namespace that is meant where none is said': [
    {container: 'envFrom: [{configMapRef: {name: c}}]', before: config('A: v', ', namespace: default')},
    'env: [{name: A, value: v}]',
  ],
  'a variable of a Secret, and the same written': [
    {container: ofSecret, before: secret('h: db')},
    'env: [{name: DB_HOST, value: db}]',
  ],
  'an optional key that a ConfigMap has not': [{container: ofConfig(', optional: true'), before: config('z: v')}, ''],
  'an argument with a variable, and with its value': [
    'env: [{name: P, value: "1"}]\nargs: ["--p=$(P)"]',
    'env: [{name: P, value: "1"}]\nargs: ["--p=1"]',
  ],
  'what is off or the default, and what is not said': [
    pod(
      'hostPID: false\ndnsPolicy: ClusterFirst\nserviceAccount: default\nsecurityContext: {fsGroupChangePolicy: Always}',
    ),
    'tty: false',
  ],
  'a limit of something in other units': [
    'resources: {limits: {ephemeral-storage: 1Gi}}',
    'resources: {limits: {ephemeral-storage: 1024Mi}}',
  ],
  'what another container says that is the default': [
    pod('initContainers: [{name: a, image: i, imagePullPolicy: Always, tty: false, terminationMessagePath: /dev/x}]'),
    pod('initContainers: [{name: a, image: i}]'),
  ],
  'where it may run': [pod('nodeSelector: {disk: ssd}\ntolerations: [{key: a}]'), 'imagePullPolicy: Always'],
  'rights of mounted files, and the usual ones': [
    volume('configMap: {name: c, defaultMode: 0644}', config('f: x')),
    volume('projected: {sources: [{configMap: {name: c, optional: false}}]}', config('f: x')),
  ],
  'a volume with a source among several, and alone': [
    volume('projected: {defaultMode: 420, sources: [{configMap: {name: d}}]}'),
    volume('configMap: {name: d}'),
  ],
  'what of a ConfigMap is not mounted': [
    volume('configMap: {name: c, items: [{key: f, path: f}]}', config('f: x, g: y')),
    volume('configMap: {name: c}', config('f: x')),
  ],
  'what of a ConfigMap is not below the path': [
    {
      container: `${mount.slice(0, -2)}, subPath: f}]`,
      pod: 'volumes: [{name: v, configMap: {name: c}}]',
      before: config('f: x, g: y'),
    },
    {
      container: `${mount.slice(0, -2)}, subPath: f}]`,
      pod: 'volumes: [{name: v, configMap: {name: c}}]',
      before: config('f: x, g: z'),
    },
  ],
  'the size of a volume in other units': [
    volume('emptyDir: {sizeLimit: 1Gi}'),
    volume('emptyDir: {sizeLimit: 1024Mi}'),
  ],
  'a slash behind a path': [
    {container: 'volumeMounts: [{name: v, mountPath: /etc/app/}]', pod: 'volumes: [{name: v, emptyDir: {}}]'},
    volume('emptyDir: {}'),
  ],
  'a ConfigMap of another name with the same content': [
    volume('configMap: {name: c}', config('f: prod')),
    volume('configMap: {name: c-1}', config('f: prod', '-1')),
  ],
}

for (const [title, [a, b, rule]] of Object.entries(differing))
  test(`manifests that differ in one thing: ${title}`, (t) => {
    t.true(found(a, b).includes(rule), found(a, b).join('; '))
    t.true(found(b, a).length > 0)
  })

for (const [title, [a, b]] of Object.entries(equal))
  test(`manifests that say the same: ${title}`, (t) => t.deepEqual([...found(a, b), ...found(b, a)], []))

test('what a Secret holds is put into no argument', (t) => {
  const {config: told} = runOf(`${secret('h: hunter2')}${deployment(`${ofSecret}\nargs: ["--db=$(DB_HOST)"]`)}`)
  t.deepEqual(told.command, ['--db=$(DB_HOST)'])
})

test('a variable that may come from a source that is not known is not called missing', (t) => {
  for (const one of ['configMapRef: {name: x}', 'secretRef: {name: x, optional: true}'])
    t.deepEqual(
      found(`envFrom: [{prefix: P, ${one}}]`, 'env: [{name: PORT, value: "80"}]').map((each) => each.split(' ')[0]),
      ['run.env.source'],
    )
  t.deepEqual(found(ofConfig(', optional: true'), ''), ['run.env.source A'])
})
