import {createHash} from 'node:crypto'
import {mkdir, open, readdir, readFile, rename, rm} from 'node:fs/promises'
import path from 'node:path'

import {z} from 'zod'

import {ImmError} from '../errors.ts'
import {answers, claimSocket} from '../socket/claim.ts'
import {listenOnSocket, notFound, socketServer} from '../socket/serve.ts'
import type {StatePaths} from '../state/paths.ts'

const noteSchema = z.object({
  volume: z.string(),
  /** `read`: a copy is made of it; `write`: it is given other content, and isn't whole until that has ended */
  kind: z.enum(['read', 'write']),
  /** ids of containers that are kept paused meanwhile */
  paused: z.array(z.string()),
  /** volume that is being made, and worth nothing before it is done */
  making: z.string().optional(),
})

/** What must be known of work on a volume by whoever finds it after a kill. */
export type VolumeNote = z.infer<typeof noteSchema>

export interface FoundNote extends VolumeNote {
  /** the process that wrote it is still at work */
  live: boolean
}

export interface VolumeHold extends AsyncDisposable {
  /** who was to overwrite it before didn't end that */
  readonly incomplete: boolean
  /** On disk when it resolves. */
  note(change: Partial<Omit<VolumeNote, 'volume'>>): Promise<void>
  /** The volume is not whole: that stays known when the hold is disposed. */
  leaveNote(): void
  /** It is whole again. */
  forgetNote(): void
}

const directoryOf = (home: string): string => path.join(home, 'volumes')

const digestOf = (volume: string): string => createHash('sha256').update(volume).digest('hex').slice(0, 16)

const noteOf = (home: string, volume: string): string => path.join(directoryOf(home), `${digestOf(volume)}.json`)

const socketOf = (runtime: string, volume: string): string => path.join(runtime, `volume-${digestOf(volume)}.sock`)

/** Work on a volume, one at a time: the kernel ends the hold however the process ends, and its note stays then. VOLUME_BUSY. */
export const holdVolume = async (
  {home, runtime}: StatePaths,
  first: VolumeNote,
  signal: AbortSignal,
): Promise<VolumeHold> => {
  const {volume} = first
  const socketPath = socketOf(runtime, volume)
  const server = socketServer(
    async () => notFound,
    () => {},
  )
  const held = await claimSocket(socketPath, async () => listenOnSocket(server, socketPath), signal)
  if (!held) throw new ImmError('VOLUME_BUSY', `another imm is at work on volume ${volume}`)
  const before = parse(await readFile(noteOf(home, volume), 'utf8').catch(() => ''))
  const incomplete = before?.kind === 'write'
  // Only who has overwritten all of it says otherwise.
  let now = incomplete ? {...first, kind: before.kind} : first
  let stays = incomplete
  const write = async () => {
    await mkdir(directoryOf(home), {recursive: true, mode: 0o700})
    const file = noteOf(home, volume)
    await using handle = await open(`${file}.new`, 'w', 0o600)
    await handle.writeFile(JSON.stringify(now))
    await handle.sync()
    await rename(`${file}.new`, file)
  }
  const letGo = async () => {
    if (!stays) await rm(noteOf(home, volume), {force: true})
    server.close()
    server.closeAllConnections()
    await rm(socketPath, {force: true})
  }
  try {
    await write()
  } catch (error) {
    await letGo()
    throw error
  }
  return {
    incomplete,
    async note(change) {
      now = {...now, ...change}
      await write()
    },
    leaveNote: () => void (stays = true),
    forgetNote: () => void (stays = false),
    [Symbol.asyncDispose]: letGo,
  }
}

/** All that there are; most often none. */
export const volumeNotes = async ({home, runtime}: StatePaths): Promise<FoundNote[]> => {
  const names = (await readdir(directoryOf(home)).catch(() => [])).filter((name) => name.endsWith('.json'))
  const notes = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(path.join(directoryOf(home), name), 'utf8').catch(() => '')
      const note = parse(text)
      return note && {...note, live: await answers(socketOf(runtime, note.volume))}
    }),
  )
  return notes.filter((note) => note !== undefined)
}

/** Forgets what a process that is no more has left. */
export const forgetNote = async ({home, runtime}: StatePaths, volume: string): Promise<void> => {
  const socketPath = socketOf(runtime, volume)
  if (await answers(socketPath)) return
  await rm(noteOf(home, volume), {force: true})
  await rm(socketPath, {force: true})
}

const parse = (text: string): VolumeNote | undefined => {
  try {
    return noteSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
