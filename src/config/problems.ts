import type {ConfigFile} from './file.ts'
import {configInvalid} from './mistakes.ts'
import type {KeyPath, Mistake} from './mistakes.ts'

/** Where a setting came from: a key of imm.yaml or a flag. */
export type Origin = {key: KeyPath} | {flag: string}

/** Gathers what is wrong beyond the shape of imm.yaml, so that people see all of it at once. */
export interface Problems {
  add(origin: Origin, message: string): void
  /** CONFIG_INVALID if there were any: flags first, then imm.yaml in the order of its lines. */
  check(): void
}

export const gatherProblems = (file: Pick<ConfigFile, 'report'> | undefined): Problems => {
  const flags: string[] = []
  const mistakes: Mistake[] = []
  return {
    add(origin, message) {
      if ('flag' in origin) flags.push(`${origin.flag}: ${message}`)
      else mistakes.push({path: origin.key, message})
    },
    check() {
      const lines = [...flags, ...(file?.report(mistakes) ?? mistakes.map(({message}) => message))]
      if (lines.length > 0) throw configInvalid(lines)
    },
  }
}
