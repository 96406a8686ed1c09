import {z} from 'zod'

// Lists and maps may be written and left empty, which YAML reads as null.
const list = <T extends z.ZodType>(item: T) => z.array(item).nullish()
const amount = z.union([z.string(), z.number()]).transform(String)
const keyed = z.object({name: z.string().nullish(), key: z.string(), optional: z.boolean().nullish()})
const named = z.object({name: z.string().nullish(), optional: z.boolean().nullish()})

const variable = z.object({
  name: z.string(),
  value: z.string().nullish(),
  valueFrom: z
    .object({
      configMapKeyRef: keyed.nullish(),
      secretKeyRef: keyed.nullish(),
      fieldRef: z.object({fieldPath: z.string()}).nullish(),
      resourceFieldRef: z
        .object({resource: z.string(), containerName: z.string().nullish(), divisor: amount.nullish()})
        .nullish(),
    })
    .nullish(),
})

const source = z.object({
  prefix: z.string().nullish(),
  configMapRef: named.nullish(),
  secretRef: named.nullish(),
})

const probe = z.looseObject({
  exec: z.object({command: list(z.string())}).nullish(),
  httpGet: z
    .object({
      path: z.string().nullish(),
      port: z.union([z.string(), z.number()]),
      scheme: z.string().nullish(),
      host: z.string().nullish(),
      httpHeaders: list(z.object({name: z.string(), value: z.string()})),
    })
    .nullish(),
  tcpSocket: z.object({port: z.union([z.string(), z.number()]), host: z.string().nullish()}).nullish(),
  grpc: z.object({port: z.number(), service: z.string().nullish()}).nullish(),
  initialDelaySeconds: z.number().nullish(),
  periodSeconds: z.number().nullish(),
  timeoutSeconds: z.number().nullish(),
  failureThreshold: z.number().nullish(),
})

const security = z.looseObject({
  runAsUser: z.number().nullish(),
  runAsGroup: z.number().nullish(),
})

const containerSecurity = security.extend({
  privileged: z.boolean().nullish(),
  allowPrivilegeEscalation: z.boolean().nullish(),
  readOnlyRootFilesystem: z.boolean().nullish(),
  capabilities: z.object({add: list(z.string()), drop: list(z.string())}).nullish(),
})

const container = z.looseObject({
  name: z.string(),
  image: z.string().nullish(),
  command: list(z.string()),
  args: list(z.string()),
  workingDir: z.string().nullish(),
  env: list(variable),
  envFrom: list(source),
  ports: list(z.object({name: z.string().nullish(), containerPort: z.number(), protocol: z.string().nullish()})),
  resources: z.object({limits: z.record(z.string(), amount).nullish()}).nullish(),
  securityContext: containerSecurity.nullish(),
  volumeMounts: list(
    z.object({
      name: z.string(),
      mountPath: z.string(),
      readOnly: z.boolean().nullish(),
      subPath: z.string().nullish(),
      subPathExpr: z.string().nullish(),
      mountPropagation: z.string().nullish(),
    }),
  ),
  livenessProbe: probe.nullish(),
  readinessProbe: probe.nullish(),
  startupProbe: probe.nullish(),
  lifecycle: z.looseObject({stopSignal: z.string().nullish()}).nullish(),
  stdin: z.boolean().nullish(),
  tty: z.boolean().nullish(),
})

/** One of its sources, and their settings; which one says what kind of mount it is. */
const volume = z.looseObject({name: z.string()})

/** A pod (Kubernetes API, core/v1 PodSpec): what is told by itself; all else stays, and is compared by its words. */
export const podSpec = z.looseObject({
  containers: z.array(container).min(1),
  initContainers: list(container.extend({restartPolicy: z.string().nullish()})),
  volumes: list(volume),
  securityContext: security.nullish(),
  restartPolicy: z.string().nullish(),
  terminationGracePeriodSeconds: z.number().nullish(),
  hostNetwork: z.boolean().nullish(),
  hostPID: z.boolean().nullish(),
  hostIPC: z.boolean().nullish(),
  hostname: z.string().nullish(),
  hostAliases: list(z.object({ip: z.string(), hostnames: list(z.string())})),
})

export type PodSpec = z.infer<typeof podSpec>
export type Container = z.infer<typeof container>
export type Probe = z.infer<typeof probe>
export type Volume = z.infer<typeof volume>
