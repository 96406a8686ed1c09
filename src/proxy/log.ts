import {mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync} from 'node:fs'
import path from 'node:path'

import type {StatePaths} from '../state/paths.ts'
import {maxLogBytes} from './limits.ts'

/** One line per notable thing. */
export type Log = (message: string) => void

export const logPath = (home: string): string => path.join(home, 'proxy.log')

/** Opens the log for appending and returns its descriptor; a long one becomes `proxy.log.1` first. */
export const openLog = (home: string): number => {
  mkdirSync(home, {recursive: true, mode: 0o700})
  const file = logPath(home)
  try {
    if (statSync(file).size > maxLogBytes) renameSync(file, `${file}.1`)
  } catch {
    // Not there yet.
  }
  return openSync(file, 'a', 0o600)
}

/** The last lines of the proxy's log, for a message. */
export const logTail = ({home}: StatePaths, lines = 20): string[] => {
  try {
    return readFileSync(logPath(home), 'utf8').trimEnd().split('\n').slice(-lines)
  } catch {
    return []
  }
}

const linesPerSecond = 20

/** Writes synchronously, since the last line before a death is the one that matters; a storm of lines is counted instead. */
export const createLog = (descriptor: number): Log => {
  let second = 0
  let lines = 0
  return (message) => {
    const now = new Date()
    const nowSecond = Math.floor(now.getTime() / 1000)
    if (nowSecond !== second) {
      if (lines > linesPerSecond) write(descriptor, now, `${lines - linesPerSecond} more lines within a second`)
      second = nowSecond
      lines = 0
    }
    if (++lines <= linesPerSecond) write(descriptor, now, message)
  }
}

const write = (descriptor: number, now: Date, message: string): void => {
  writeSync(descriptor, `${now.toISOString()} [${process.pid}] ${message}\n`)
}
