import {once} from 'node:events'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'

import {execa} from 'execa'

export interface Application extends AsyncDisposable {
  name: string
  port: number
  /** Resolves when the process is gone. */
  kill(): Promise<void>
}

/** Starts an application in a process of its own; `program` says its port in its first line and ends with its stdin. */
export const startApplication = async (name: string): Promise<Application> => {
  const program = fileURLToPath(new URL('application.ts', import.meta.url))
  const child = execa(process.execPath, [program, name], {
    stdin: 'pipe',
    stderr: 'inherit',
    buffer: false,
    reject: false,
  })
  child.stdin.on('error', () => undefined)
  const [line] = (await once(createInterface({input: child.stdout}), 'line')) as [string]
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await child
  }
  return {name, port: Number(line), kill, [Symbol.asyncDispose]: kill}
}
