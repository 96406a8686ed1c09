import {environmentNames} from './names.ts'
import {
  byRef,
  isFollowed,
  type Actual,
  type Busy,
  type Plan,
  type Situation,
  type Step,
  type WantedRef,
} from './situation.ts'

/**
 * What to do so that the previews are what git says: from what is there and what is wanted alone, never from what has happened. So a missed
 * notification, a restart, a killed process cost nothing but time.
 */
export const reconcile = (situation: Situation): Plan => {
  const {busy, nowMs, parallel} = situation
  const due = [...downs(situation), ...ups(situation)]
  const free = due.filter(({ref}) => !busy.has(ref))
  const leaving = leavingEnvironments(situation, due)
  const now = free.filter(
    (step) => !isHeldBack(situation, step) && !(step.kind === 'up' && leaving.has(environmentNames(step)[0] ?? '')),
  )
  const retries = free.flatMap((step) => {
    const at = situation.attempts.get(step.ref)?.retryAtMs
    return isHeldBack(situation, step) && at !== undefined && isSameTry(situation, step) ? [at] : []
  })
  return {
    due,
    start: now.slice(0, Math.max(0, parallel - busy.size)),
    cancel: [...busy].filter(([ref, one]) => isOutdated(situation, ref, one)).map(([ref]) => ref),
    wakeAtMs: retries.length > 0 ? Math.max(nowMs, Math.min(...retries)) : undefined,
  }
}

/** First what goes, then what moves, then what comes, each by its ref: the same state gives the same order. */
const downs = ({wanted, existing, closed, actual, last}: Situation): Step[] =>
  actual
    .flatMap((preview): Step[] => {
      const {ref, kind, pinned} = preview
      if (wanted.has(ref) || pinned || !isFollowed({ref, kind})) return []
      const why = existing.has(ref) ? (closed.has(ref) ? 'closed' : 'unmatched') : 'gone'
      // Somebody brought it up by hand, and may have it for as long as its branch is there.
      if (why === 'unmatched' && (last.get(ref)?.byHand ?? !last.has(ref))) return []
      return [{kind: 'down', why, ref, name: preview.name, environment: preview.environment}]
    })
    .toSorted(byRef)

const ups = (situation: Situation): Step[] => {
  const present = new Map(situation.actual.map((preview) => [preview.ref, preview]))
  const steps = [...situation.wanted.values()].flatMap((wanted): Step[] => {
    const step = stepTo(situation, wanted, present.get(wanted.ref))
    return step ? [step] : []
  })
  return [
    ...steps.filter(({kind}) => kind === 'update').toSorted(byRef),
    ...steps.filter(({kind}) => kind === 'up').toSorted(byRef),
  ]
}

const stepTo = (
  situation: Situation,
  {ref, name, commit}: WantedRef,
  preview: Actual | undefined,
): Step | undefined => {
  const step = {ref, name, commit}
  if (!preview) return isExpired(situation, ref, commit) ? undefined : {...step, kind: 'up', why: 'new'}
  const {environment, tried} = preview
  // Begun, and never told how it ended: the process was killed.
  if (!tried) return {...step, kind: 'update', why: 'unfinished', environment}
  if (tried.commit !== commit) return {...step, kind: 'update', why: 'moved', environment, from: tried.commit}
  const settings = situation.last.get(ref)?.settings
  if (settings !== undefined && settings !== situation.settings)
    return {...step, kind: 'update', why: 'settings', environment}
  // What was rejected stays so until something moves; where only the machine was at fault, it is not what was rejected.
  return tried.outcome === 'rejected' && situation.isPassing(tried.code)
    ? {...step, kind: 'update', why: 'retry', environment}
    : undefined
}

/** Taken away for its age: the same commit doesn't come back. */
const isExpired = ({last, ttlMs, nowMs}: Situation, ref: string, commit: string): boolean => {
  const known = last.get(ref)
  return ttlMs !== undefined && known?.commit === commit && known.usedMs + ttlMs <= nowMs
}

/** It was tried, to no end, and either nothing has moved since or it's not yet time to try it again. */
const isHeldBack = (situation: Situation, step: Step): boolean => {
  if (!isSameTry(situation, step)) return false
  const at = situation.attempts.get(step.ref)?.retryAtMs
  return at === undefined || at > situation.nowMs
}

const isSameTry = ({attempts, settings}: Situation, step: Step): boolean => {
  const attempt = attempts.get(step.ref)
  if (!attempt || attempt.kind !== (step.kind === 'down' ? 'down' : 'up')) return false
  return step.kind === 'down' || (attempt.commit === step.commit && attempt.settings === settings)
}

/** Names that become free: who would get one of them waits, or it would have to take a longer one for good. */
const leavingEnvironments = (situation: Situation, due: readonly Step[]): Set<string> =>
  new Set([
    ...due.flatMap((step) => (step.kind === 'down' && !isHeldBack(situation, step) ? [step.environment] : [])),
    ...[...situation.busy.values()].flatMap((one) => (one.kind === 'down' ? [one.environment] : [])),
  ])

/** Latest wins: what is being brought up is no longer what is wanted. What is being taken down is always taken down whole. */
const isOutdated = ({wanted, settings}: Situation, ref: string, one: Busy): boolean =>
  one.kind === 'up' && (wanted.get(ref)?.commit !== one.commit || one.settings !== settings)
