/** `parity:` of imm.yaml. Plain data. */
export interface ParitySettings {
  /** the side that the working tree is compared with, as on the command line: `lock:staging.lock`, `image:shop:1` */
  against: string | undefined
  /** by rule id, or by the beginning of some: `os.package.version`, `os.*` */
  rules: Readonly<Record<string, 'off' | 'note' | 'warning' | 'error'>>
  exceptions: readonly ParityException[]
  replay: ReplaySettings
}

/** Differences that are known and allowed. */
export interface ParityException {
  /** an id, or the beginning of some */
  rule: string
  /** a glob over subjects; left out: all */
  subject: string | undefined
  reason: string
  /** the last day on which it holds, `2026-12-31`; left out: for good */
  until: string | undefined
  /** where it is written */
  place: {file: string; line: number | undefined}
}

/** How requests are kept, and their answers compared. */
export interface ReplaySettings {
  /** fields and headers whose values are not kept, beside cookies and authorization */
  redact: readonly string[]
  ignore: {
    /** headers, in any case */
    headers: readonly string[]
    /** of JSON: `items.*.id`, `**.createdAt` */
    fields: readonly string[]
    /** globs of URL paths that are not replayed */
    paths: readonly string[]
  }
  /** of these arrays of JSON the order does not matter; same form as fields */
  unordered: readonly string[]
}
