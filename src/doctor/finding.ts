import type {ErrorCode, ImmError} from '../errors.ts'

export type CheckName =
  | 'engine'
  | 'versions'
  | 'permissions'
  | 'disk'
  | 'watches'
  | 'files'
  | 'port'
  | 'names'
  | 'firewall'
  | 'http-proxy'
  | 'certificates'
  | 'https'
  | 'project'
  | 'leftovers'

/** What one check saw. `note`: works, and may surprise; `problem`: keeps imm from working. */
export interface Finding {
  check: CheckName
  level: 'ok' | 'note' | 'problem'
  message: string
  /** what to do about it; lines that can be pasted as they are begin with two spaces */
  remedy?: string
  /** the error that imm's other commands would end with */
  code?: ErrorCode
  /** lines that show the cause */
  output?: readonly string[]
}

export const ok = (check: CheckName, message: string): Finding => ({check, level: 'ok', message})

export const note = (check: CheckName, message: string, remedy?: string): Finding => ({
  check,
  level: 'note',
  message,
  ...(remedy === undefined ? {} : {remedy}),
})

export const problem = (check: CheckName, message: string, remedy: string): Finding => ({
  check,
  level: 'problem',
  message,
  remedy,
})

/** An error that any other command would end with. */
export const failed = (check: CheckName, {code, message, next, output}: ImmError): Finding => ({
  ...problem(check, message, next),
  code,
  ...(output.length > 0 ? {output} : {}),
})
