/** A ref that is to have a preview. */
export interface WantedRef {
  ref: string
  name: string
  commit: string
}

/** A preview that there is: the part of its record that decides. */
export interface Actual {
  environment: string
  ref: string
  name: string
  kind: 'branch' | 'tag' | 'pull' | 'commit' | 'worktree'
  pinned: boolean
  /** how the last attempt ended */
  tried?: {commit: string; outcome: 'live' | 'rejected'; code?: string | undefined} | undefined
}

/** What is being done about a ref right now. */
export type Busy = {kind: 'up'; commit: string; settings: string} | {kind: 'down'; environment: string}

/** An attempt that ended with an error instead of an outcome. */
export interface Attempt {
  kind: 'up' | 'down'
  commit: string
  settings: string
  /** undefined: not before the ref or the settings move */
  retryAtMs: number | undefined
}

/** What serve brought up of a ref, whether it went live or was rejected. */
export interface Brought {
  commit: string
  /** digest of the settings it was brought up with */
  settings: string
  /** the last request that is known, or else when it was brought up */
  usedMs: number
  /** somebody brought it up, and serve only brought it to what moved */
  byHand?: true | undefined
}

export interface Situation {
  wanted: ReadonlyMap<string, WantedRef>
  /** all refs that there are, those that are not wanted, too */
  existing: ReadonlySet<string>
  /** pull requests that are known to be closed; where they came from goes on having their refs */
  closed: ReadonlySet<string>
  actual: readonly Actual[]
  busy: ReadonlyMap<string, Busy>
  attempts: ReadonlyMap<string, Attempt>
  /** what serve brought up last of a ref, though it may be gone since */
  last: ReadonlyMap<string, Brought>
  ttlMs: number | undefined
  /** digest of the settings that make a preview what it is */
  settings: string
  parallel: number
  nowMs: number
  /** whether an error says something of the machine, not of the commit */
  isPassing(code: string | undefined): boolean
}

export type Step =
  | {kind: 'up'; why: 'new'; ref: string; name: string; commit: string}
  | {
      kind: 'update'
      why: 'moved' | 'settings' | 'unfinished' | 'retry'
      ref: string
      name: string
      commit: string
      environment: string
      from?: string
    }
  | {kind: 'down'; why: 'gone' | 'unmatched' | 'closed'; ref: string; name: string; environment: string}

export interface Plan {
  /** all that differs */
  due: readonly Step[]
  /** what to begin now */
  start: readonly Step[]
  /** refs of what is under way and no longer wanted */
  cancel: readonly string[]
  /** when to look again though nothing moved */
  wakeAtMs: number | undefined
}

/** By code points: the same everywhere. */
export const byRef = ({ref: a}: {ref: string}, {ref: b}: {ref: string}): number => (a < b ? -1 : a > b ? 1 : 0)

/** Whether a look at git tells if its ref is still there: tags, commits and branches of remotes (`origin/x`) are not looked at. */
export const isFollowed = ({ref, kind}: Pick<Actual, 'ref' | 'kind'>): boolean =>
  (kind === 'branch' || kind === 'pull') && !ref.startsWith('refs/remotes/')
