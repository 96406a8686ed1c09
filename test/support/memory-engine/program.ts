import {fileInTar} from './tar.ts'

/** What an image of the memory engine does when it runs: `app.json` in its build context. */
export interface Program {
  /** port that it listens on in its container; undefined: none */
  listen?: number
  /** only on 127.0.0.1 of its container: unreachable from outside */
  loopback?: boolean
  /** HTTP status of its answers */
  status?: number
  /** statuses of single paths, `{"/health": 500}` */
  paths?: Record<string, number>
  /** part of its answers, to tell releases apart */
  content?: string
  /** from its start until it listens */
  bootMs?: number
  /** it ends by itself with this code, after bootMs */
  exitCode?: number
  /** it is killed for its memory, after bootMs */
  outOfMemory?: boolean
  /** printed at its start; a line that begins with `!` goes to stderr */
  logs?: string[]
  /** printed after the logs, without a line break at its end */
  unfinished?: string
  /** prints the value of this variable */
  printsEnv?: string
  /** prints `start 1`, `start 2`, ... counted in the volume at this path */
  countsStartsIn?: string
  /** bytes that it writes beside its volumes */
  writes?: number
  /** it goes on after SIGTERM */
  ignoreSigterm?: boolean
  /** the image has a HEALTHCHECK with this result */
  health?: 'healthy' | 'unhealthy'
  /** ports that the image exposes; else the one it listens on */
  expose?: number[]
  /** how long its build takes */
  buildMs?: number
  /** its build fails */
  build?:
    | {fails: 'run'; instruction: string; exitCode: number; output: string[]}
    | {fails: 'dockerfile'; line: number; cause: string}
    | {fails: 'base'; image: string}
}

export const programIn = (context: Buffer): Program => JSON.parse(fileInTar(context, 'app.json') ?? '{}') as Program

/** Files of a build context that the memory engine runs as this program. */
export const programFiles = (program: Program): Record<string, string> => ({
  Dockerfile: 'FROM memory\n',
  'app.json': JSON.stringify(program),
})
