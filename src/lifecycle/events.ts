import type {ErrorCode} from '../errors.ts'
import type {PublishedPort} from '../release/container.ts'
import type {AppId, ReleaseName} from '../release/identity.ts'
import type {BuildStep, MirrorCounts} from './ports.ts'

export type Stage = 'snapshot' | 'build' | 'jobs' | 'launch' | 'verify' | 'shift' | 'flip' | 'drain' | 'retire'

/** ms per stage; `total` runs from the first file event to the flip */
export interface Timings {
  detect: number
  snapshot: number
  build: number
  /** what runs to its end before the launch, where there is any */
  jobs?: number
  launch: number
  verify: number
  /** from the proof to the flip, where a strategy takes time between them */
  shift?: number
  flip: number
  total: number
}

/** What happened, without the fields that every event shares. */
export type Happening =
  /** what an earlier imm left here, and this one took over */
  | {type: 'found'; live: ReleaseName | undefined; warm: readonly ReleaseName[]}
  | {type: 'change'; files: readonly string[]; count: number}
  | {
      type: 'unchanged'
      release: ReleaseName
      state: 'live' | 'rejected' | 'reverted' | 'previous'
      /** other settings were taken up, and make no new release */
      settings?: true
    }
  /** an attempt begins: `snapshot` and `settings` are digests of what it is made of */
  | {type: 'release'; release: ReleaseName; generation: number; snapshot: string; settings: string}
  /** of its source, as git has it once the attempt has ended; not where there is no git */
  | {type: 'revision'; release: ReleaseName; commit: string; branch: string | undefined; dirty: boolean}
  | {
      type: 'stage'
      release: ReleaseName
      stage: Stage
      /** of `verify`: name of the check that begins */
      gate?: string
      /** of `jobs`: name of the job that begins */
      job?: string
    }
  | {type: 'step'; release: ReleaseName; step: BuildStep}
  | {
      type: 'build'
      release: ReleaseName
      how: 'full' | 'delta' | 'cached'
      ms: number
      /** of a full build: why one layer on the last full image would not do */
      why: string | undefined
    }
  /** a check of the candidate has ended, well or not; not where it was given up for something newer */
  | {
      type: 'gate'
      release: ReleaseName
      name: string
      kind: 'http' | 'command' | 'image'
      ok: boolean
      ms: number
      /** why it failed */
      reason: string | undefined
      /** its last lines; of an answer that is not right, the first ones of its body */
      output: readonly string[]
    }
  /** a job of the candidate has ended, well or not; not where it was given up for something newer */
  | {
      type: 'job'
      release: ReleaseName
      name: string
      ok: boolean
      ms: number
      /** why it failed */
      reason: string | undefined
      /** its last lines */
      output: readonly string[]
    }
  | {
      type: 'live'
      release: ReleaseName
      previous: ReleaseName | undefined
      image: string
      /** empty for what listens on nothing */
      url: string
      cause: LiveCause
      timings: Timings
    }
  | {
      type: 'rejected'
      /** undefined where it went no further than reading the project */
      release: ReleaseName | undefined
      stage: Stage
      code: ErrorCode
      message: string
      next: string
      output: readonly string[]
    }
  /** a rollback holds the environment at this release: nothing is released until something is saved */
  | {type: 'pinned'; release: ReleaseName}
  | {
      type: 'shifted'
      release: ReleaseName
      /** share of the clients that the candidate has now, 0 to 1 */
      weight: number
      /** counted from 1 */
      step: number
      /** steps that there are, where that is known */
      of: number | undefined
      /** how long it keeps that share at least, where that is known; somebody may ask for less */
      leastMs?: number
    }
  | {
      type: 'mirrored'
      release: ReleaseName
      /** answers to copies that were compared with the live ones */
      requests: number
      differing: number
      examples: MirrorCounts['examples']
    }
  | {type: 'superseded'; release: ReleaseName; stage: Stage; by: number}
  | {
      type: 'retired'
      release: ReleaseName
      drainMs: number
      cut: number
      /** kept paused */
      warm: boolean
      /** its container is kept stopped */
      stopped: boolean
    }
  /** its container is kept, and runs no more: a rollback starts a fresh one like it */
  | {type: 'stopped'; release: ReleaseName}
  /** its container, or its image, is taken away */
  | {type: 'removed'; release: ReleaseName; what: 'container' | 'image'}
  | {
      type: 'died'
      release: ReleaseName
      /** it ended, or its HEALTHCHECK failed */
      cause: 'ended' | 'unhealthy'
      exitCode: number | undefined
      outOfMemory: boolean
      /** replicas of it that serve on; 0: requests wait */
      left: number
      /** it listens on nothing: no request waits for it */
      worker?: true
      /** it is not started again: the release before is to get the traffic */
      givenUp?: true
      output: readonly string[]
    }
  /** it got the traffic, and is held to what the release before did for so long */
  | {type: 'guarding'; release: ReleaseName; before: ReleaseName; windowMs: number}
  /** its window is over and it keeps the traffic; `unsure`: there were too few requests to tell */
  | {type: 'guarded'; release: ReleaseName; verdict: 'ok' | 'unsure'; requests: number}
  /** it did worse than the release before, which has the traffic again */
  | {type: 'reverted'; release: ReleaseName; to: ReleaseName; evidence: readonly RevertEvidence[]}
  /** somebody runs a command in its container by hand */
  | {type: 'touched'; release: ReleaseName; by: string; command: string}
  /** its container is no longer what its image and settings say, and is replaced */
  | {type: 'drifted'; release: ReleaseName; count: number; differences: readonly string[]; next: string}
  /** of a release's container, or else of a backing service's */
  | {type: 'log'; release: ReleaseName | undefined; service?: string; stream: 'stdout' | 'stderr'; text: string}
  /** a backing service is another way than before */
  | {
      type: 'service'
      service: string
      state: ServiceChange
      /** reference; of what is being fetched, and started */
      image?: string
      /** of `pulling`: bytes of the layers known so far */
      doneBytes?: number
      totalBytes?: number
      /** how it is reached from this host */
      ports?: readonly ServicePort[]
      exitCode?: number | undefined
      outOfMemory?: boolean
      /** of `replaced`, `removed` and `failed` */
      why?: string
      /** what to do about `failed` */
      next?: string
      /** its last lines, where it ended or failed */
      output?: readonly string[]
    }
  | {type: 'warning'; message: string}
  | {type: 'engine'; state: 'lost' | 'back'}

/**
 * `pulling`: its image is being fetched; `found`: it runs as it should, from before; `replaced`: its container is taken away for another;
 * `completed`: it came to its end, with exit code 0; `failed`: it could not be started.
 */
export type ServiceChange =
  | 'pulling'
  | 'found'
  | 'starting'
  | 'started'
  | 'healthy'
  | 'unhealthy'
  | 'completed'
  | 'exited'
  | 'replaced'
  | 'removed'
  | 'failed'

/** A port of a service on this host. */
export interface ServicePort {
  containerPort: number
  protocol: PublishedPort['protocol']
  hostIp: string
  hostPort: number
  /** that the Compose file asks for, where it was taken */
  asked?: number
}

/** Why a release lost the traffic to the one before it. */
export interface RevertEvidence {
  measure: 'errors' | 'latency' | 'deaths'
  /** of the release before: share of errors (0 to 1), p95 in ms; undefined where nothing was counted */
  before: number | undefined
  /** the same of the one that is reverted; for `deaths` their number */
  after: number | undefined
  /** what that may be at most */
  limit: number | undefined
  /** for people */
  words: string
}

/** Why a release went live: a save, `imm rollback`, a worse one given up, a dead container, or found running by a new imm. */
export type LiveCause = 'change' | 'rollback' | 'revert' | 'replace' | 'adopted'

export type LifecycleEvent = Happening &
  AppId & {
    /** ISO 8601 */
    time: string
  }

/** Listeners: the terminal, `--json`, tests. */
export type Emit = (happening: Happening) => void
