import {ImmError} from '../../errors.ts'

/** They load their list of vulnerabilities first, some hundred megabytes. */
const timeoutMs = 10 * 60_000
const longestOutput = 512 * 1024 * 1024

export interface Tool {
  program: 'trivy' | 'grype' | 'syft'
  args: readonly string[]
  env?: Readonly<Record<string, string>>
}

/** What a scanner prints, read as JSON; undefined where it is not installed. SCAN_FAILED where it says no more than that it failed. */
export const runTool = async ({program, args, env = {}}: Tool, signal: AbortSignal): Promise<unknown> => {
  const {execa} = await import('execa')
  const {code, stdout, stderr, exitCode, timedOut, isMaxBuffer} = await execa(program, args, {
    env,
    stdin: 'ignore',
    timeout: timeoutMs,
    maxBuffer: longestOutput,
    cancelSignal: signal,
    forceKillAfterDelay: 1000,
    reject: false,
  })
  signal.throwIfAborted()
  if (code === 'ENOENT' && exitCode === undefined) return undefined
  if (timedOut) throw failed(program, `it took longer than ${timeoutMs / 60_000} minutes`)
  if (isMaxBuffer) throw failed(program, 'it printed more than imm reads')
  // A user's own settings may make it end with an error where it finds something: what it printed is whole then.
  const found = parsed(stdout)
  if (found !== undefined) return found
  const said = stderr.split('\n').filter((line) => line.trim() !== '')
  throw failed(program, exitCode === 0 ? 'it printed no JSON' : `it ended with ${exitCode ?? code}`, said.slice(-5))
}

const parsed = (text: string): unknown => {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const failed = (program: string, why: string, output: readonly string[] = []): ImmError =>
  new ImmError('SCAN_FAILED', `${program} could not look for vulnerabilities: ${why}`, {output})
