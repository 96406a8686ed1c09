export interface ReplayLimits {
  /** of one request, to the end of its answer */
  requestMs: number
  /** of an answer, without its coding; longer ones are compared by their digest */
  bodyBytes: number
}

export const replayLimits: ReplayLimits = {requestMs: 10_000, bodyBytes: 8 * 1024 * 1024}
