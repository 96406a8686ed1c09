import {execa} from 'execa'

import {immBin, immEnv} from './imm.ts'
import type {TestProject} from './project.ts'

export interface FollowedLine {
  /** where several are followed */
  app?: string
  service?: string
  release: string
  stream: 'stdout' | 'stderr'
  text: string
}

/** A running `imm logs --follow --json`. */
export interface FollowedLogs extends AsyncDisposable {
  /** all so far */
  readonly lines: readonly FollowedLine[]
  /** Looks at every new line, until it holds; rejects when imm logs ends first. */
  until(holds: () => boolean): Promise<void>
}

export const followLogs = (project: TestProject, ...names: readonly string[]): FollowedLogs => {
  const child = execa(process.execPath, [immBin, 'logs', '--follow', '--json', ...names], {
    cwd: project.directory,
    env: immEnv(project),
    reject: false,
    stdin: 'ignore',
    buffer: false,
  })
  const lines: FollowedLine[] = []
  let stderr = ''
  let ended = false
  let changed = Promise.withResolvers<void>()
  const wake = () => {
    changed.resolve()
    changed = Promise.withResolvers()
  }
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const reading = (async () => {
    for await (const line of child.iterable()) {
      lines.push(JSON.parse(line) as FollowedLine)
      wake()
    }
    await child
    ended = true
    wake()
  })()
  return {
    lines,
    async until(holds) {
      while (!holds()) {
        if (ended) throw new Error(`imm logs ended: ${stderr}`)
        await changed.promise
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGINT')
      await reading
    },
  }
}
