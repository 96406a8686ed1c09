import {createHash} from 'node:crypto'

import type {Settings} from '../config/settings.ts'
import type {RunSettings, Snapshot} from './ports.ts'
import type {Project} from './world.ts'

/** What a release is to be made of: the source and the settings as they are now. */
export interface Plan {
  project: Project
  snapshot: Snapshot
  /** digest of what reaches the image beside the source: Dockerfile's name, target, arguments */
  buildDigest: string
  /** digest of everything that makes a release beside the source */
  settingsDigest: string
}

/** What two releases of the same content have in common. */
export interface Content {
  snapshot: {digest: string}
  settingsDigest: string
}

export const makePlan = (project: Project, snapshot: Snapshot): Plan => ({
  project,
  snapshot,
  buildDigest: buildDigest(project.settings),
  settingsDigest: settingsDigestOf(project.settings),
})

export const sameContent = (a: Content, b: Content): boolean =>
  a.snapshot.digest === b.snapshot.digest && a.settingsDigest === b.settingsDigest

const buildDigest = ({build: {dockerfile, target, args, inline, copies}, user}: Settings): string =>
  // Whose what is copied on top is, is who runs it.
  digest({
    dockerfile,
    target,
    args,
    inline,
    copies,
    owner: copies === undefined || copies.length === 0 ? undefined : user,
  })

/**
 * What of the settings a release runs with. How to build it is in its image; how to watch, reach, bring up, drain, guard and keep, and what is checked,
 * says nothing about it.
 */
export const runSettingsOf = ({
  watch: _watch,
  keep: _keep,
  drainMs: _drainMs,
  closes: _closes,
  reload: _reload,
  guard: _guard,
  verify: _verify,
  strategy: _strategy,
  mirror: _mirror,
  build: _build,
  routes: _routes,
  overlap: _overlap,
  jobs: _jobs,
  ...rest
}: Settings): RunSettings => rest

// Where the checkout lies must not count, or no two would agree; and of what to do about drift, what changes how a container is started.
export const settingsDigestOf = (settings: Settings): string => {
  const {dockerfile, target, args, inline, copies} = settings.build
  const {immutable, protocol, container, files, ...rest} = runSettingsOf(settings)
  const readOnly = immutable === 'strict' ? true : undefined
  // Releases from before there was a choice keep their digest.
  const other = protocol === 'http1' ? undefined : protocol
  const {attachment, binds, options} = container
  const asItIs = attachment === undefined && binds.length === 0 && Object.keys(options).length === 0
  return digest({
    ...rest,
    protocol: other,
    readOnly,
    container: asItIs ? undefined : container,
    files: files.length === 0 ? undefined : files.map(({source: _source, ...file}) => file),
    build: {dockerfile, target, args, inline, copies},
  })
}

/** `sha256:<hex>` of a value, whatever the order of its keys. */
export const digest = (value: unknown): string =>
  `sha256:${createHash('sha256').update(canonical(value)).digest('hex')}`

/** JSON with the keys of every object sorted and undefined left out: the same settings always give the same text. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
