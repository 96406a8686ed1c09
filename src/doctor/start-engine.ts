import {spawn} from 'node:child_process'
import {closeSync, mkdirSync, openSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import {ImmError} from '../errors.ts'
import {dockerPidFiles, removeStalePidFiles, type PidFile} from './pid-files.ts'
import type {StartPlan} from './start-plan.ts'

export interface StartOptions {
  /** imm's state directory: what the engine says while it starts goes into a log there */
  home: string
  /** whether an engine answers now */
  answers: (signal: AbortSignal) => Promise<boolean>
  /** says what is about to be done; nothing else is */
  announce: (line: string) => void
  /** of the daemons that `kind: 'daemon'` may start */
  pidFiles?: readonly PidFile[]
  timeoutMs?: number
}

// A virtual machine (Colima, Docker Desktop) boots first.
const readyTimeoutMs = 180_000
const lastLines = 5

/** Starts an engine and waits until it answers. ENGINE_MISSING with its last words where it does not. */
export const startEngine = async (
  {kind, command}: Exclude<StartPlan, {kind: 'tell'}>,
  {home, answers, announce, pidFiles = dockerPidFiles, timeoutMs = readyTimeoutMs}: StartOptions,
  signal: AbortSignal,
): Promise<void> => {
  const log = path.join(home, 'engine-start.log')
  const shown = command.join(' ')
  if (kind === 'daemon') removeStalePidFiles(pidFiles, announce)
  announce(kind === 'daemon' ? `Starting ${shown} in the background (log: ${log})` : `Running ${shown}`)
  const child = spawned(command, kind === 'daemon', log)
  let ended: string | undefined
  child.once('error', (error) => (ended = error.message))
  child.once('exit', (code, killedBy) => {
    // A command that has done its work leaves the engine to start; a daemon that ends has failed.
    if (kind === 'daemon' || code !== 0) ended = `it ended with ${killedBy ?? code}`
  })
  const deadlineMs = performance.now() + timeoutMs
  try {
    while (performance.now() < deadlineMs) {
      // First this: a daemon may have ended because another one was faster.
      if (await answers(signal)) return
      if (ended !== undefined) break
      await sleep(200, undefined, {signal})
    }
  } finally {
    child.unref()
  }
  throw new ImmError(
    'ENGINE_MISSING',
    `\`${shown}\` did not bring up the engine: ${ended ?? `no answer in ${timeoutMs / 1000} s`}`,
    {
      output: tailOf(log),
      next: `See ${log}, then run \`imm doctor\`.`,
    },
  )
}

const spawned = ([program, ...args]: readonly [string, ...string[]], detached: boolean, log: string) => {
  mkdirSync(path.dirname(log), {recursive: true, mode: 0o700})
  const output = openSync(log, 'w', 0o600)
  try {
    return spawn(program, args, {detached, stdio: ['ignore', output, output]})
  } finally {
    closeSync(output)
  }
}

const tailOf = (log: string): string[] => readFileSync(log, 'utf8').split('\n').filter(Boolean).slice(-lastLines)
