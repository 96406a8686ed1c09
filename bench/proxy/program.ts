import {execa} from 'execa'

export interface Program {
  command: string
  args: readonly string[]
  core: number
  env?: Record<string, string>
  signal: AbortSignal
}

export interface RunningProgram extends AsyncDisposable {
  pid: number
  /** Throws once it has ended, with what it said last. */
  check(): void
}

/** A program in the foreground, all its threads on one core. Disposed, it has ended. */
export const startProgram = ({command, args, core, env = {}, signal}: Program): RunningProgram => {
  // `taskset` becomes the program: the process is the same.
  const child = execa('taskset', ['-c', String(core), command, ...args], {
    env,
    stdin: 'ignore',
    all: true,
    reject: false,
  })
  let said: string | undefined
  const ended = child.then(({all}) => (said = all.trim().split('\n').slice(-5).join('\n')))
  signal.throwIfAborted()
  return {
    pid: child.pid ?? 0,
    check() {
      if (said !== undefined) throw new Error(`${command} ended: ${said}`)
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
