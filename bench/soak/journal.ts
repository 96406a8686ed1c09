/** Something that was done to the traffic, from when it was begun until its effect was there. */
export interface Happening {
  what: 'flip' | 'application killed' | 'proxy killed' | 'proxy restarted' | 'proxy handed over' | 'retired'
  /** the release, or which process */
  of: string
  fromMs: number
  /** Infinity while it lasts */
  toMs: number
}

/** A request, or a connection, that did not go as a client wants it. */
export interface Failure {
  kind: string
  reason: string
  startMs: number
  endMs: number
  /** its answer had begun: nobody can send the request again */
  answered: boolean
  /** GET without a body: the proxy sends it again by itself */
  repeatable: boolean
  /** who answered, where that was said */
  release: string | undefined
}

export interface JudgedFailure extends Failure {
  /** what made it one that a client has to expect; undefined: nothing */
  excuse: Happening['what'] | undefined
  /** what was going on */
  during: readonly string[]
}

export interface Journal {
  /** ms since the start */
  now(): number
  began(what: Happening['what'], of: string): Happening
  ended(happening: Happening): void
  /** one more that went well */
  passed(kind: string): void
  failed(failure: Omit<Failure, 'endMs'>): void
  /** How many went well, by kind. */
  passes(): ReadonlyMap<string, number>
  happenings(): readonly Happening[]
  failures(): readonly JudgedFailure[]
}

// Between a signal and the last connection that the kernel takes for the process, and between a cut and what the client sees of it.
const slackMs = 500
const cutWithinMs = 2000

export const createJournal = (): Journal => {
  const startMs = performance.now()
  const now = (): number => performance.now() - startMs
  const happenings: Happening[] = []
  const failures: Failure[] = []
  const passes = new Map<string, number>()
  return {
    now,
    began(what, of) {
      const happening = {what, of, fromMs: now(), toMs: Infinity}
      happenings.push(happening)
      return happening
    },
    ended(happening) {
      happening.toMs = now()
    },
    passed(kind) {
      passes.set(kind, (passes.get(kind) ?? 0) + 1)
    },
    failed(failure) {
      failures.push({...failure, endMs: now()})
    },
    passes: () => passes,
    happenings: () => happenings,
    // Judged at the end: what excuses a failure may be written down after it.
    failures: () => failures.map((failure) => judge(failure, happenings)),
  }
}

export const judge = (failure: Failure, happenings: readonly Happening[]): JudgedFailure => {
  const during = happenings.filter((happening) => overlaps(failure, happening))
  const excuse = during.find((happening) => excuses(happening, failure))?.what
  return {
    ...failure,
    excuse,
    during: during.map(({what, of, fromMs}) => `${what} (${of}) at ${(fromMs / 1000).toFixed(2)} s`),
  }
}

const overlaps = ({startMs, endMs}: Failure, {fromMs, toMs}: Happening): boolean =>
  fromMs - slackMs <= endMs && toMs + slackMs >= startMs

const excuses = ({what, of, toMs}: Happening, {answered, repeatable, release, endMs}: Failure): boolean => {
  if (what === 'proxy killed' || what === 'proxy restarted') return true
  // A GET whose answer has not begun is for the proxy to send again.
  if (what === 'application killed') return answered || !repeatable
  // Its time to drain was over.
  return what === 'retired' && of === release && Math.abs(toMs - endMs) < cutWithinMs
}
