import type {Severity} from './finding.ts'

/** A rule by which sides are compared, or one side is checked. docs/parity.md lists them all; a test keeps the two in step. */
export interface Rule {
  /** dotted, lower case: area, subject, what differs: `config.env.missing` */
  id: string
  area:
    | 'image'
    | 'config'
    | 'os'
    | 'runtimes'
    | 'dependencies'
    | 'files'
    | 'run'
    | 'web'
    | 'behaviour'
    | 'lint'
    | 'vulnerability'
    | 'policy'
  /** unless the policy says another; `off`: has to be asked for */
  severity: Severity | 'off'
  /** one line: what it finds */
  title: string
  /** why it matters and what to do, one or two sentences */
  help: string
}
