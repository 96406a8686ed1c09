/** What may be served, as far as one can know without looking: several answers only while steps follow each other without waiting. */
export interface Model {
  /** the contents that may have the traffic; undefined: nothing is live */
  readonly serving: ReadonlySet<string | undefined>
  save(saved: Saved): void
  /** The traffic was given back to this content; undefined: there was nothing to go back to. */
  rolledBack(content: string | undefined): void
  /** What was taking over with this content was given up by hand, or by something newer at the same time. */
  aborted(content: string | undefined): void
  /** The live container ended. */
  wounded(): void
  restarted(how: 'quit' | 'kill'): void
  /** Nothing is under way any more: what serves is what is seen. */
  settled(): ReadonlySet<string | undefined>
  saw(content: string | undefined): void
}

export interface Saved {
  content: string
  good: boolean
}

export const serviceModel = (first: Saved): Model => {
  let serving = new Set<string | undefined>([undefined])
  let disk = first
  let pending = true
  let isWounded = false
  /** contents that imm may remember as the last it tried: saved again, they are no news */
  let tried = new Set<string>()
  /** what a rollback pinned it to, and whether no save can have unpinned it since */
  let pinned: {content: string; certain: boolean} | undefined

  /** Something newer comes: the last save may have gone live, and may never. */
  const overtake = (): void => {
    if (!pending) return
    if (disk.good) serving.add(disk.content)
    tried.add(disk.content)
  }
  return {
    get serving() {
      return serving
    },
    save(saved) {
      overtake()
      disk = saved
      pending = true
      if (pinned) pinned.certain = false
    },
    rolledBack(content) {
      overtake()
      if (content !== undefined) {
        serving = new Set([content, ...(pending && disk.good ? [disk.content] : [])])
        pinned = {content, certain: !pending}
      }
      pending = false
    },
    aborted(content) {
      if (!pending || content !== disk.content) return
      tried.add(disk.content)
      pending = false
    },
    wounded() {
      isWounded = true
    },
    restarted(how) {
      overtake()
      if (how === 'quit') serving = new Set([undefined])
      // The one that ended can't be adopted, and what is on disk now may be no good.
      else if (isWounded) serving.add(undefined)
      if (!pinned) {
        tried = new Set()
        pending = true
        return
      }
      serving.add(pinned.content)
      if (!pinned.certain && disk.good) serving.add(disk.content)
      tried.add(disk.content)
      pending = false
    },
    settled() {
      if (pending && disk.good) {
        if (!tried.has(disk.content)) serving = new Set()
        serving.add(disk.content)
      }
      if (pinned?.certain) serving = new Set([pinned.content])
      else if (pending && !tried.has(disk.content)) pinned = undefined
      if (pending) tried = new Set([disk.content])
      pending = false
      isWounded = false
      return serving
    },
    saw(content) {
      serving = new Set([content])
    },
  }
}
