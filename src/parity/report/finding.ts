export type Severity = 'note' | 'warning' | 'error'

/** One difference between two sides, or one fault of one. */
export interface Finding {
  /** `os.package.version` */
  rule: string
  severity: Severity
  /** what it is about, unique within its rule: `openssl`, `NODE_ENV`, `/app/server.js` */
  subject: string
  /** one sentence without full stop, which names both sides' values where that helps */
  message: string
  /** how each side has it */
  a?: string | undefined
  b?: string | undefined
  /** what can be done */
  next?: string | undefined
  /** where in the project: `Dockerfile` line 3 */
  place?: {file: string; line?: number | undefined} | undefined
  /** the most telling, where one finding stands for many */
  details?: readonly string[] | undefined
  /** brought by another: not told by itself, and not counted */
  cause?: {rule: string; subject: string} | undefined
  /** allowed by the policy, until that day (`2026-12-31`) */
  exception?: {reason: string; until?: string | undefined} | undefined
}

/** What `imm parity` and `imm lint` come to. */
export interface ParityReport {
  command: 'parity' | 'lint'
  a: {name: string; summary: string}
  b?: {name: string; summary: string} | undefined
  findings: readonly Finding[]
  /** areas that were compared: `image`, `config`, `os`, `runtimes`, `files`, `run`, `web`, `behaviour` */
  compared: readonly string[]
  /** what could not be, and why: never taken for the same */
  uncompared: readonly {area: string; reason: string}[]
}
