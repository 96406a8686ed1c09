import {execFile} from 'node:child_process'

/** Program and arguments. */
export type Command = readonly [string, ...string[]]

export type Outcome =
  | {ok: true; stdout: string}
  /** `missing`: there is no such program */
  | {ok: false; missing: boolean; reason: string}

// For a password that somebody has to type.
const timeoutMs = 120_000

/** Runs a program to its end, without a shell. */
export const runProgram = async ([program, ...args]: Command, signal: AbortSignal): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const child = execFile(program, args, {timeout: timeoutMs, signal}, (error, stdout, stderr) => {
      if (signal.aborted) return reject(signal.reason as Error)
      if (error === null) return resolve({ok: true, stdout})
      const said = stderr.trim().split('\n').at(-1)
      resolve({ok: false, missing: error.code === 'ENOENT', reason: said || error.message})
    })
    child.stdin?.end()
  })

/** Each after the other, up to the first that fails. */
export const runAll = async (commands: readonly Command[], signal: AbortSignal): Promise<Outcome> => {
  let last: Outcome = {ok: true, stdout: ''}
  for (const command of commands) {
    last = await runProgram(command, signal)
    if (!last.ok) return {...last, reason: `${command.join(' ')}: ${last.reason}`}
  }
  return last
}
