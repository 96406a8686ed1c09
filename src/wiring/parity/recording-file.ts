import {randomUUID} from 'node:crypto'
import {mkdir, open, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import {ImmError} from '../../errors.ts'
import type {HarEntry} from '../../parity/har/har.ts'
import {writeHar} from '../../parity/har/write.ts'
import type {EnvironmentId} from '../../release/identity.ts'

type Head = Parameters<typeof writeHar>[2]

export interface RecordingFile {
  file: string
  /** RECORDING_UNWRITABLE where that is not possible any more; it says where the recording is instead. */
  write(entries: readonly HarEntry[], head: Head): Promise<void>
}

/** Where a recording goes; undefined: below the home of imm. RECORDING_UNWRITABLE where nothing can be written there: told before anybody records. */
export const recordingFile = async (
  wanted: string | undefined,
  environment: EnvironmentId,
  home: string,
): Promise<RecordingFile> => {
  const own = path.join(home, 'recordings')
  const file = wanted === undefined ? path.join(own, nameOf(environment)) : path.resolve(wanted)
  try {
    if (wanted === undefined) await ownDirectory(own)
    await tryPlace(file)
  } catch (error) {
    throw unwritable(file, error)
  }
  return {
    file,
    async write(entries, head) {
      try {
        await writeHar(file, entries, head)
      } catch (error) {
        const instead = [own, tmpdir()].filter((directory) => directory !== path.dirname(file))
        const kept = await keptIn(instead, nameOf(environment), entries, head)
        throw unwritable(file, error, kept)
      }
    },
  }
}

const ownDirectory = async (directory: string): Promise<unknown> => mkdir(directory, {recursive: true, mode: 0o700})

/** As it is written in the end: a draft beside it, which takes its place. */
const tryPlace = async (file: string): Promise<void> => {
  const found = await stat(file).catch(() => undefined)
  if (found?.isDirectory()) throw new Error('it is a directory')
  const draft = `${file}.${randomUUID()}.part`
  await (await open(draft, 'wx', 0o600)).close()
  await rm(draft)
}

/** The first of these directories that takes it. What was recorded can't be had again. */
const keptIn = async (
  [directory, ...others]: readonly string[],
  name: string,
  entries: readonly HarEntry[],
  head: Head,
): Promise<string | undefined> => {
  if (directory === undefined) return undefined
  const file = path.join(directory, name)
  try {
    await ownDirectory(directory)
    await writeHar(file, entries, head)
    return file
  } catch {
    return keptIn(others, name, entries, head)
  }
}

/** With an end that nobody can guess: a directory for temporary files is everybody's. */
const nameOf = ({project, environment}: EnvironmentId): string => {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '')
  return `${project}-${environment}-${time}-${randomUUID().slice(0, 8)}.har`
}

const unwritable = (file: string, cause: unknown, kept?: string): ImmError => {
  const why = cause instanceof Error ? cause.message : String(cause)
  const message = `the recording ${file} can't be written: ${why}`
  if (kept === undefined) return new ImmError('RECORDING_UNWRITABLE', message, {cause})
  return new ImmError('RECORDING_UNWRITABLE', `${message}; it is kept in ${kept}`, {
    cause,
    next: `Move ${kept} to where you want it; it is a whole recording.`,
  })
}
