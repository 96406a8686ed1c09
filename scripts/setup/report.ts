import {SetupError} from './setup-error.ts'

/** Prints why the set-up stopped and returns the exit code. */
export const reportFailure = (error: unknown): number => {
  if (error instanceof SetupError) for (const line of error.lines) console.error(`imm: ${line}`)
  else console.error(error)
  return 1
}
