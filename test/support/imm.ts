import path from 'node:path'

import {execa} from 'execa'

import {root, type TestProject} from './project.ts'
import type {User} from './user.ts'

export const immBin = path.join(root, 'bin', 'dev.js')

/** Environment of an imm that meets nothing but its own test. */
export const immEnv = (project: Pick<TestProject, 'home'>): Record<string, string> => ({
  IMM_HOME: project.home,
  IMM_PROXY_PORT: '0',
  IMM_PROXY_IDLE_MS: '500',
  NO_COLOR: '1',
})

export interface Finished {
  /** undefined where a signal ended it */
  exitCode: number | undefined
  stdout: string
  stderr: string
}

/** What one imm meets that others don't. */
export interface Circumstances {
  env?: Record<string, string>
  user?: User
}

/** Runs one imm command in a project and waits for its end, whatever its exit code. */
export const imm = async (project: Pick<TestProject, 'home' | 'directory'>, ...args: string[]): Promise<Finished> =>
  immIn(project, {}, ...args)

export const immIn = async (
  project: Pick<TestProject, 'home' | 'directory'>,
  {env = {}, user = {}}: Circumstances,
  ...args: string[]
): Promise<Finished> => {
  const options = {cwd: project.directory, env: {...immEnv(project), ...env}, ...user, reject: false, timeout: 120_000}
  const {exitCode, stdout, stderr} = await execa(process.execPath, [immBin, ...args], {...options, stdin: 'ignore'})
  return {exitCode, stdout, stderr}
}

/** The JSON lines that a command printed. */
export const jsonLines = (stdout: string): Record<string, unknown>[] =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
