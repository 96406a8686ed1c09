import {fileURLToPath} from 'node:url'

import {execa} from 'execa'

import type {Workspace} from './workspace.ts'

export const cli = fileURLToPath(new URL('../../bin/dev.js', import.meta.url))

/** Runs one imm command to its end. Rejects with what it printed where it fails. */
export const imm = async (
  args: readonly string[],
  workspace: Workspace,
  cancelSignal: AbortSignal,
): Promise<string> => {
  const {stdout} = await execa(process.execPath, [cli, ...args], {...options(workspace), cancelSignal})
  return stdout
}

/** Starts one that goes on. In a process group of its own: a ^C in the terminal is for the demo, which then ends it in order. */
export const startImm = (args: readonly string[], workspace: Workspace) =>
  execa(process.execPath, [cli, ...args], {
    ...options(workspace),
    detached: true,
    buffer: false,
    reject: false,
    cleanup: false,
  })

const options = ({project, env}: Workspace) => ({cwd: project, env, stdin: 'ignore'}) as const
