import {soleApp} from '../release/identity.ts'
import type {CanarySettings, MirrorSettings, RollingSettings} from '../strategy/settings.ts'
import type {
  ContainerSettings,
  GuardSettings,
  HealthSettings,
  KeepSettings,
  Settings,
  WatchSettings,
} from './settings.ts'

/** What holds where imm.yaml and flags say nothing. docs/config.md shows these figures, and a test holds it to them. */
export const defaultHealth: HealthSettings = {kind: 'auto', path: '/', timeoutMs: 60_000, intervalMs: 250}

// Editors are done with a save within some 2 ms. Short, because latest-wins makes a build that began too early cheap: the next save cancels it.
export const defaultWatch: WatchSettings = {paths: [], ignore: [], quietMs: 12, poll: undefined}

export const defaultApp = soleApp

export const defaultDrainMs = 10_000

export const defaultReload = false

// Two errors in a row on a release that nobody else asks are enough; one is no pattern.
export const defaultGuard: GuardSettings = {windowMs: 10_000, errors: 0.02, latency: 3, minRequests: 20}

export const defaultChecks = {answerTimeoutMs: 5000, commandTimeoutMs: 60_000} as const

export const defaultProtocol: Settings['protocol'] = 'http1'
export const defaultImmutable: Settings['immutable'] = 'report'

export const defaultContainer: ContainerSettings = {attachment: undefined, binds: [], options: {}}

export const defaultOverlap = true

/** ten minutes: a migration of a large table takes its time */
export const defaultJobTimeoutMs = 600_000

export const defaultStrategy = 'blue-green'

export const defaultReplicas = 1

export const defaultRolling: RollingSettings = {kind: 'rolling', surge: 1, unavailable: 0}

// Half a minute for a laptop with a load of its own: of a release that fails 5 % of its requests, 50 requests find 92 of 100.
export const defaultCanary: CanarySettings = {
  kind: 'canary',
  steps: [
    {weight: 0.05, timeMs: 10_000},
    {weight: 0.25, timeMs: 10_000},
    {weight: 0.5, timeMs: 10_000},
  ],
  limits: {minRequests: 50, errorShare: 0.01, latencyFactor: 2, latencyMs: 100},
  waitMs: 30_000,
}

export const defaultMirror: MirrorSettings = {share: 1, timeMs: 5000, requests: 100, reject: false}

export const defaultKeep: KeepSettings = {warm: 1, stopped: 3, images: 10, diskBytes: 5 * 1024 ** 3}

/** names of the Dockerfile, the first that exists wins */
export const dockerfileNames = ['Dockerfile', 'Containerfile'] as const

export const configFileNames = ['imm.yaml', 'imm.yml'] as const
