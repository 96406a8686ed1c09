import {readFile} from 'node:fs/promises'

import type {MountedFile} from '../config/settings.ts'
import {unavailable} from './unavailable.ts'

export type Readable = Pick<MountedFile, 'kind' | 'name' | 'source'>

// A password manager may ask its user for a fingerprint first.
const commandTimeoutMs = 60_000
const largestBytes = 1024 * 1024
const shownLines = 10

/** The content of a secret or config, from where it is kept. SECRET_UNAVAILABLE where that fails; `directory`: where commands run. */
export const readContent = async (file: Readable, directory: string, signal: AbortSignal): Promise<Buffer> => {
  const {source} = file
  switch (source.kind) {
    case 'content':
      return Buffer.from(source.content)
    case 'environment':
      if (source.value !== undefined) return Buffer.from(source.value)
      throw unavailable(file, 'it is not set', {
        next: `Set ${source.variable} in the environment that imm is started in; its value is kept nowhere.`,
      })
    case 'file':
      return fromFile(file, source.path, signal)
    case 'command':
      return fromCommand(file, source.command, directory, signal)
  }
  return source satisfies never
}

const fromFile = async (file: Readable, path: string, signal: AbortSignal): Promise<Buffer> => {
  try {
    return await readFile(path, {signal})
  } catch (error) {
    signal.throwIfAborted()
    const {code} = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : `it can't be read (${code ?? 'unknown error'})`
    throw unavailable(file, why, {next: `Put the ${file.kind} there, or correct its path.`, cause: error})
  }
}

const fromCommand = async (
  file: Readable,
  [program = '', ...args]: readonly string[],
  directory: string,
  signal: AbortSignal,
): Promise<Buffer> => {
  const {execa} = await import('execa')
  const {failed, timedOut, isMaxBuffer, exitCode, stdout, stderr, code} = await execa(program, args, {
    cwd: directory,
    stdin: 'ignore',
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer: largestBytes,
    timeout: commandTimeoutMs,
    cancelSignal: signal,
    reject: false,
  })
  signal.throwIfAborted()
  if (!failed) return withoutNewline(Buffer.from(stdout))
  const why = timedOut
    ? `it took longer than ${commandTimeoutMs / 1000} s`
    : isMaxBuffer
      ? `it printed more than ${largestBytes} bytes`
      : exitCode === undefined
        ? `it can't be started (${code ?? 'unknown error'})`
        : `it ended with exit code ${exitCode}`
  // What it prints on stdout is the secret, or a part of it.
  const output = Buffer.from(stderr).toString().trim().split('\n').filter(Boolean).slice(-shownLines)
  throw unavailable(file, why, {output, next: `Run ${program} by hand to see what it needs, then save.`})
}

/** As a shell's `$(...)`: programs end their output with one, and no password does. */
const withoutNewline = (output: Buffer): Buffer => {
  const end = output.at(-1) === 10 ? (output.at(-2) === 13 ? 2 : 1) : 0
  return output.subarray(0, output.length - end)
}
