/** Waiting for a live release. */
export interface HoldLimits {
  /** requests per route */
  maxHeld: number
  /** programs */
  holdMs: number
  /** navigations: a person looks at a page, not at a spinner, and the page reloads itself */
  holdPageMs: number
}

export const defaultHold: HoldLimits = {maxHeld: 1000, holdMs: 60_000, holdPageMs: 2000}

/** Pause between two looks whether an upstream that refused accepts again. */
export const refusedRetryMs = 100
/** Pause before a request is sent again that got no answer on a connection of its own. */
export const lostRetryMs = 100
export const connectTimeoutMs = 5000

/** Copies to a mirror under way at once, per route; what comes when there are so many is not copied. */
export const maxCopies = 16
export const copyTimeoutMs = 30_000
/** Longer answers are not asked for again, and the candidate's is broken off there. */
export const maxCopiedBytes = 1024 * 1024
/** JSON that is looked into: what is parsed between two requests of clients must be short. */
export const maxComparedBytes = 64 * 1024
export const maxExamples = 10

/** Slow-loris: a client's whole head must be there by then. Bodies may take forever. */
export const headersTimeoutMs = 30_000
/** Longer than the idle connections that clients keep, so that it is they who close (the race is theirs to win). */
export const keepAliveTimeoutMs = 75_000
export const maxHeaderBytes = 64 * 1024

/** How long nothing may be routed before the proxy ends itself. */
export const idleStopMs = 5000
/** The same before the first call: whoever started it may be slow to come. */
export const firstCallMs = 10_000
/** Requests under way when the proxy is told to stop. */
export const stopDrainMs = 2000

export const defaultPort = 7070
export const maxLogBytes = 5 * 1024 * 1024
/** Of the file; two are kept at most. */
export const maxAccessFileBytes = 50 * 1024 * 1024
/** Lines that wait for a slow reader, or for the disk; beyond that they are dropped. */
export const maxAccessWaitingBytes = 1024 * 1024
