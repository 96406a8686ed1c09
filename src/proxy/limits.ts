/** Waiting for a live release. */
export interface HoldLimits {
  /** requests per route */
  maxHeld: number
  /** heads of all of them together, and what is read ahead of their bodies */
  maxHeldBytes: number
  /** programs */
  holdMs: number
  /** navigations: a person looks at a page, not at a spinner, and the page reloads itself */
  holdPageMs: number
}

export const defaultHold: HoldLimits = {maxHeld: 1000, maxHeldBytes: 32 * 1024 * 1024, holdMs: 60_000, holdPageMs: 2000}

/** Pages of one address that watch for its next release. */
export const maxWatchers = 100
/** For one of them that doesn't read. */
export const maxWatcherBytes = 256 * 1024

/** Pause between two looks whether an upstream that refused accepts again. */
export const refusedRetryMs = 100
/** How long a connection must stay open, to one that closed another without an answer, before it gets requests again. */
export const lostStayMs = 50
/** For how long such closes are then taken for the requests' own doing. */
export const lostTrustMs = 1000
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

/** Recorded exchanges under way at once, per recorder; what comes when there are so many is not kept. */
export const maxSamples = 64
/** Of the body of a request, and of its answer; longer ones are kept without. They become text between two requests of clients. */
export const maxSampleBytes = 256 * 1024
/** Recorded exchanges that wait for a slow reader; beyond that they are dropped. */
export const maxSamplesWaitingBytes = 8 * 1024 * 1024

/** What is demanded of clients. */
export interface ClientRules {
  /** slow-loris: the whole head of a request must be there by then */
  headMs: number
  /** an upload of which nothing comes for so long is given up; one that is slow may take forever, and so may an application */
  uploadIdleMs: number
  /** connections at once, over all ports */
  maxConnections: number
  /** `x-forwarded-*` and `forwarded` of a client are believed: they are another proxy's, and only that reaches this one */
  trustForwarded: boolean
}

export const headMs = 30_000
export const uploadIdleMs = 5 * 60_000
/** Longer than the idle connections that clients keep, so that it is they who close (the race is theirs to win). */
export const keepAliveTimeoutMs = 75_000
export const maxHeaderBytes = 64 * 1024
/** Fields of a request. */
export const maxFields = 1000
/** Requests of a connection behind the one under way: more than one read brings, so that nobody gets there by being fast. */
export const maxWaiting = 5000
/** Interim answers (1xx) to one request. */
export const maxInterim = 100
/** How long a connection that was refused something may go on sending before it is closed on. */
export const lingerMs = 1000
/** From a client's end of its half to the second look whether it is gone. */
export const goneProbeMs = 50

/** From a client's first byte of TLS to the end of the handshake. */
export const handshakeTimeoutMs = 10_000
/** Hosts whose certificates are held in memory. */
export const maxHostCertificates = 200

/** What a WebSocket's client, then its application, get to close it once they were told. */
export const closeHandshakeMs = 1000

/** Of one HTTP/2 connection, at once. What it opens beyond is refused by Node, who also ends one that opens and resets in haste. */
export const maxStreams = 250
/** What an upstream may send on a stream before it was passed on; clients keep to the 64 KiB of RFC 9113, since many of their requests may be held. */
export const answerWindowBytes = 256 * 1024
/** Of one HTTP/2 connection, with what its streams have to send. */
export const sessionMemoryMB = 64
/** How long the other side may take to close its half of a connection that is over. */
export const closeGraceMs = 5000

/** What a connection that waits at a door of bytes is read ahead at most: Node's own buffer. */
export const heldConnectionBytes = 64 * 1024
/** How long connections to another port of the application than its own are tried. */
export const otherPortMs = 5000
/** After so much silence the other side is asked whether it is there: a container may go with its network, without a word. */
export const tcpKeepAliveMs = 60_000
/** Pause between two attempts to open doors that could not be opened, and looks whether the networks of others are there. */
export const doorRetryMs = 3000

/** For so long after the last request of a page its release goes on draining: the page may ask for more. */
export const pageQuietMs = 5000
/** Pause between two looks whether pages still ask for more. */
export const pageLookMs = 50
/** For so long what has lost the traffic is asked by pages of its set, where nobody drains it. */
export const setWithoutDrainMs = 5000

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
