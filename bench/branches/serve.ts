import {createInterface} from 'node:readline'

import {execa} from 'execa'

import {immBin} from '../../test/support/imm.ts'

export interface ServeLine {
  type: string
  state?: string
  action?: string
  name?: string
  commit?: string
  url?: string
  ms?: number
  code?: string
  message?: string
}

/** `imm preview serve` as a process, which tells each of its lines. */
export const startServe = (
  {directory, env, bin = immBin}: {directory: string; env: Record<string, string>; bin?: string},
  onLine: (line: ServeLine) => void,
) => {
  const child = execa(process.execPath, [bin, 'preview', 'serve', '--json'], {
    cwd: directory,
    env,
    reject: false,
    stdin: 'ignore',
    buffer: {stdout: false, stderr: true},
  })
  createInterface({input: child.stdout}).on('line', (line) => onLine(JSON.parse(line) as ServeLine))
  const end = async (signal: 'SIGINT' | 'SIGKILL'): Promise<string> => {
    child.kill(signal)
    return (await child).stderr
  }
  return {
    end,
    pid: child.pid ?? 0,
    ended: () => child.nodeChildProcess.exitCode !== null,
    [Symbol.asyncDispose]: async () => void (await end('SIGKILL')),
  }
}
