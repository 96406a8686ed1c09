import path from 'node:path'
import {createInterface} from 'node:readline'

import {execa} from 'execa'

import {freePort, type Place} from './ask.ts'
import type {BenchProject} from './project.ts'

export interface LiveEvent {
  type: 'live'
  timings: Record<string, number>
}

export interface RunningImm extends AsyncDisposable {
  place: Place
  pid: number
  /** what it has said so far */
  events: readonly {type: string; how?: string; ms?: number; timings?: Record<string, number>}[]
  env: Record<string, string>
}

/** `imm dev --json` on a project, from its start to its first release. Disposed, nothing of it is left. */
export const startImm = async (imm: string, image: string, project: BenchProject): Promise<RunningImm> => {
  const port = await freePort()
  const env = {IMM_HOME: path.join(project.directory, '..', 'home'), IMM_PROXY_PORT: String(port)}
  const args = [imm, 'dev', '--json', '--build-arg', `NODE_IMAGE=${image}`, '--project', project.name]
  const child = execa(process.execPath, args, {
    cwd: project.directory,
    env,
    reject: false,
    stdin: 'ignore',
    stderr: 'inherit',
    buffer: false,
  })
  const events: {type: string}[] = []
  const {promise: live, resolve, reject} = Promise.withResolvers<void>()
  createInterface({input: child.stdout}).on('line', (line) => {
    const event = JSON.parse(line) as {type: string; message?: string}
    events.push(event)
    if (event.type === 'live') resolve()
    if (event.type === 'rejected') reject(new Error(event.message))
    if (event.type === 'rejected' || event.type === 'warning') console.error(`   ${event.type}: ${event.message}`)
  })
  void child.then(() => reject(new Error('imm dev ended before anything was live')))
  await live
  return {
    place: {url: new URL(`http://127.0.0.1:${port}`), host: `${project.name}.localhost:${port}`},
    pid: child.pid ?? 0,
    events,
    env,
    async [Symbol.asyncDispose]() {
      child.kill('SIGINT')
      await child
      await execa(process.execPath, [imm, 'down', '--project', project.name, '--volumes'], {
        cwd: project.directory,
        env,
        reject: false,
      })
    },
  }
}
