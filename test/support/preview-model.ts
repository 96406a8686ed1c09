import {environmentOf} from '../../src/preview/names.ts'
import {reconcile} from '../../src/preview/reconcile.ts'
import type {Actual, Attempt, Brought, Busy, Step} from '../../src/preview/situation.ts'

export type Operation =
  | {do: 'push'; branch: string; commit: string}
  | {do: 'remove'; branch: string}
  | {do: 'rename'; branch: string; to: string}
  | {do: 'settings'; to: string}
  | {do: 'look'}
  /** one of what is under way comes to its end */
  | {do: 'end'; which: number}
  /** kill -9: what is under way is lost, and so is what was remembered */
  | {do: 'kill'}

// Commit 3 fails its build, commit 4 can't even be read.
const rejects = '3'
const throws = '4'

const refOf = (name: string) => `refs/heads/${name}`

/** A repository, the engine and a serve, as small as they can be thought of. */
export const world = (parallel: number) => {
  const refs = new Map<string, string>()
  const there = new Map<string, Actual>()
  const tried = new Map<string, string>()
  const repeated: string[] = []
  const busy = new Map<string, Busy & {step: Step; cancelled: boolean}>()
  const attempts = new Map<string, Attempt>()
  const last = new Map<string, Brought>()
  let settings = 's1'

  const set = (name: string, commit: string) => {
    if (refs.get(name) !== commit) tried.delete(refOf(name))
    refs.set(name, commit)
  }
  const remove = (name: string) => {
    refs.delete(name)
    tried.delete(refOf(name))
  }

  const plan = () => {
    for (const [ref, {kind}] of attempts) if (kind === 'up' && !refs.has(ref.slice(11))) attempts.delete(ref)
    return reconcile({
      wanted: new Map([...refs].map(([name, commit]) => [refOf(name), {ref: refOf(name), name, commit}])),
      existing: new Set([...refs.keys()].map(refOf)),
      actual: [...there.values()],
      busy,
      attempts,
      closed: new Set(),
      last,
      ttlMs: undefined,
      settings,
      parallel,
      nowMs: 0,
      isPassing: () => false,
    })
  }

  const begin = (step: Step) => {
    if (busy.has(step.ref)) throw new Error(`${step.ref} is busy`)
    if (step.kind === 'down') {
      busy.set(step.ref, {kind: 'down', environment: step.environment, step, cancelled: false})
      return
    }
    const key = `${step.commit} ${settings}`
    if (tried.get(step.ref) === key) repeated.push(`${step.ref} ${key}`)
    busy.set(step.ref, {kind: 'up', commit: step.commit, settings, step, cancelled: false})
    if (step.kind === 'update' || step.commit === throws) return
    const taken = new Set([...there.values()].map(({environment}) => environment))
    const environment = environmentOf(step, (name) => taken.has(name))
    there.set(step.ref, {environment, ref: step.ref, name: step.name, kind: 'branch', pinned: false})
  }

  const end = (which: number) => {
    const ref = [...busy.keys()][which % busy.size]
    const one = ref === undefined ? undefined : busy.get(ref)
    if (ref === undefined || !one) return
    busy.delete(ref)
    if (one.kind === 'down') {
      there.delete(ref)
      last.delete(ref)
      return
    }
    if (one.cancelled) return
    tried.set(ref, `${one.commit} ${one.settings}`)
    if (one.commit === throws) {
      attempts.set(ref, {kind: 'up', commit: one.commit, settings: one.settings, retryAtMs: undefined})
      return
    }
    const preview = there.get(ref)
    if (!preview) throw new Error(`${ref} is brought up, and not there`)
    const outcome = one.commit === rejects ? 'rejected' : 'live'
    there.set(ref, {...preview, tried: {commit: one.commit, outcome}})
    last.set(ref, {commit: one.commit, settings: one.settings, usedMs: 0})
  }

  const look = () => {
    const {start, cancel} = plan()
    for (const ref of cancel) busy.set(ref, {...(busy.get(ref) as Busy & {step: Step}), cancelled: true})
    for (const step of start) begin(step)
    if (busy.size > parallel) throw new Error(`${busy.size} at once`)
    return {start, cancel: cancel.filter(() => false)}
  }

  return {
    run(operation: Operation) {
      if (operation.do === 'push') set(operation.branch, operation.commit)
      else if (operation.do === 'remove') remove(operation.branch)
      else if (operation.do === 'rename') {
        const commit = refs.get(operation.branch)
        if (commit === undefined) return
        remove(operation.branch)
        set(operation.to, commit)
      } else if (operation.do === 'settings') settings = operation.to
      else if (operation.do === 'look') look()
      else if (operation.do === 'end') end(operation.which)
      else {
        busy.clear()
        attempts.clear()
      }
    },
    look,
    /** the rounds it took */
    settle(most: number): number {
      for (let round = 0; round < most; round++) {
        const {start} = look()
        if (start.length === 0 && busy.size === 0) return round
        end(round)
      }
      return most
    },
    repeated: () => repeated,
    /** what there is, of what got as far as being tried */
    previews: () => [...there.values()].map((one) => `${one.ref} ${one.tried?.commit}`).toSorted(),
    /** what there should be; nothing is known of a commit that can't be read, but what was there before it */
    wanted: () =>
      [...refs]
        .flatMap(([name, commit]) => {
          const before = there.get(refOf(name))
          if (commit !== throws) return [`${refOf(name)} ${commit}`]
          return before ? [`${refOf(name)} ${before.tried?.commit}`] : []
        })
        .toSorted(),
  }
}
