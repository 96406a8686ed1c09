import type {ConfigSide} from '../../facts.ts'
import {looksSecret} from '../../secrets/looks-secret.ts'
import {secretDigest} from '../../secrets/secret-digest.ts'
import type {Container, Probe} from './pod.ts'
import {shown, type Terms} from './words.ts'

// In the order in which one of them takes the place of a HEALTHCHECK.
const kinds = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const

/** Kubernetes' own (core/v1 Probe); engines have others. */
const defaults = {periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3, initialDelaySeconds: 0}

/** The probe that decides whether it gets traffic, or else whether it lives; Kubernetes asks by itself what engines ask with a program. */
export const healthcheckOf = (container: Container): ConfigSide['healthcheck'] => {
  const [kind] = kindsOf(container)
  const probe = kind && container[kind]
  return probe ? told(probe, container) : undefined
}

/** Which one that is, and the others. */
export const probesOf = (container: Container): Terms => {
  const [first, ...others] = kindsOf(container)
  if (first === undefined) return {}
  return Object.fromEntries([
    ['k8s.healthcheck', first],
    ...[first, ...others].flatMap((kind) => {
      const {successThreshold, terminationGracePeriodSeconds} = container[kind] ?? {}
      const more = {
        ...(kind === first ? {} : told(container[kind] ?? {}, container)),
        successThreshold: successThreshold === 1 ? undefined : successThreshold,
        terminationGracePeriodSeconds,
      }
      const words = shown(more)
      return words === '{}' ? [] : [[`k8s.${kind}`, words] as const]
    }),
  ])
}

const kindsOf = (container: Container) => kinds.filter((kind) => container[kind])

const told = (given: Probe, {ports}: Container): NonNullable<ConfigSide['healthcheck']> => {
  const named = (port: string | number) => ports?.find(({name}) => name === port)?.containerPort ?? port
  const or = (key: keyof typeof defaults): number => given[key] || defaults[key]
  const delayMs = or('initialDelaySeconds') * 1000
  return {
    test: testOf(given, named),
    intervalMs: or('periodSeconds') * 1000,
    timeoutMs: or('timeoutSeconds') * 1000,
    ...(delayMs > 0 ? {startPeriodMs: delayMs} : {}),
    retries: or('failureThreshold'),
  }
}

const testOf = (
  {exec, httpGet, tcpSocket, grpc}: Probe,
  named: (port: string | number) => string | number,
): readonly string[] => {
  if (exec) return ['CMD', ...(exec.command ?? [])]
  if (httpGet) {
    const {scheme, host, port, path, httpHeaders} = httpGet
    const url = `${(scheme ?? 'HTTP').toLowerCase()}://${host ?? ''}:${named(port)}${path || '/'}`
    return ['HTTP', url, ...(httpHeaders ?? []).map(headerOf).toSorted()]
  }
  if (tcpSocket) return ['TCP', `${tcpSocket.host ?? ''}:${named(tcpSocket.port)}`]
  return ['GRPC', `:${grpc?.port ?? ''}${grpc?.service ? `/${grpc.service}` : ''}`]
}

/** What says who asks is told by a digest. */
const headerOf = ({name, value}: {name: string; value: string}): string =>
  /^(?:proxy-)?authorization$/i.test(name) || looksSecret(name, value)
    ? `${name}: secret:${secretDigest(name, value)}`
    : `${name}: ${value}`
