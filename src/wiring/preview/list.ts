import {connectProxy} from '../../proxy/client.ts'
import type {ProxyStatus} from '../../proxy/status.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import {environmentHosts} from '../../release/names.ts'
import type {StatePaths} from '../../state/paths.ts'
import type {PreviewRecord} from '../../state/previews.ts'

/** A preview as `imm preview list` shows it. */
export interface PreviewStatus {
  project: string
  environment: string
  ref: string
  name: string
  kind: PreviewRecord['kind']
  commit: string
  subject: string
  author: string
  /** `none`: nothing of it is live; `rejected`: another commit than the last one serves */
  state: 'awake' | 'paused' | 'asleep' | 'none' | 'rejected'
  pinned: boolean
  /** undefined: nothing of it is reached */
  url: string | undefined
  /** why the last attempt is not live */
  rejected: {commit: string; code?: string | undefined; message?: string | undefined} | undefined
  updatedMs: number
  usedMs: number
  /** without the proxy nothing of it is reached, nor woken */
  proxyRuns: boolean
  /** of its containers; undefined where the engine does not say */
  memoryBytes: number | undefined
}

/** Records with what the proxy knows of them. */
export const statusOfPreviews = async (
  records: readonly PreviewRecord[],
  paths: StatePaths,
  signal: AbortSignal,
  memoryOf: (id: EnvironmentId) => number | undefined = () => undefined,
): Promise<PreviewStatus[]> => {
  const status = await (await connectProxy({paths, signal}))?.status(signal)
  return records.map((record) => ({
    ...statusOf(record, urlOf(record, status)),
    proxyRuns: status !== undefined,
    memoryBytes: memoryOf(record),
  }))
}

/** Of the app in front, else of the first that has an address. */
export const urlOf = (
  {project, environment}: Pick<PreviewRecord, 'project' | 'environment'>,
  status: ProxyStatus | undefined,
): string | undefined => {
  const routes = (status?.routes ?? []).filter(
    (route) => route.project === project && route.environment === environment && route.url !== '',
  )
  const [host] = environmentHosts({project, environment})
  return (routes.find(({hosts}) => host !== undefined && hosts.includes(host)) ?? routes[0])?.url
}

const stateOf = ({apps, tried, resting}: PreviewRecord, url: string | undefined): PreviewStatus['state'] => {
  if (url === undefined && (apps.length > 0 || !tried)) return tried?.outcome === 'live' ? resting : 'none'
  // That it sleeps is seen nowhere else; why its last commit is not live is told beside it.
  return resting === 'awake' && tried?.outcome === 'rejected' ? 'rejected' : resting
}

const statusOf = (record: PreviewRecord, url: string | undefined): Omit<PreviewStatus, 'proxyRuns' | 'memoryBytes'> => {
  const {project, environment, ref, name, kind, commit, subject, author, pinned, updatedMs, usedMs, tried} = record
  const rejected = tried?.outcome === 'rejected' ? tried : undefined
  return {
    project,
    environment,
    ref,
    name,
    kind,
    commit,
    subject,
    author,
    state: stateOf(record, url),
    pinned,
    url,
    rejected: rejected && {commit: rejected.commit, code: rejected.code, message: rejected.message},
    updatedMs,
    usedMs,
  }
}
