import {PassThrough, Readable} from 'node:stream'

import {ImmError} from '../../errors.ts'
import {serviceIdentity} from '../../release/services.ts'
import type {CopyProgress, Instance} from '../ports.ts'
import type {VolumesAt} from './at.ts'
import type {EnvironmentVolume, Snapshot} from './read.ts'
import {isAwake, usersOf, type Users} from './users.ts'

/** The service that says how its data are kept. */
export const dumperOf = ({own}: Users): Instance | undefined =>
  own.find((one) => isAwake(one) && serviceIdentity(one.labels)?.snapshotCommand !== undefined)

interface DumpRequest {
  dumper: Instance
  /** a fresh volume */
  into: string
  labels: Readonly<Record<string, string>>
  onProgress: (progress: CopyProgress) => void
}

/** Keeps what the service's command prints. SNAPSHOT_FAILED where it fails: half a dump is none. */
export const dumpOf = async (
  {dumper, into, labels, onProgress}: DumpRequest,
  {engine}: VolumesAt,
  signal: AbortSignal,
): Promise<number> => {
  const {service, snapshotCommand: command = []} = serviceIdentity(dumper.labels) ?? {}
  const content = new PassThrough()
  const said = lastOf()
  const over = new AbortController()
  const within = AbortSignal.any([signal, over.signal])
  const run = async () => {
    const execution = await engine.exec(
      dumper.id,
      {
        command,
        stdin: undefined,
        terminal: undefined,
        // A dump may be larger than the memory: no more is read than is written.
        onOutput: async (stream, chunk) => {
          if (stream === 'stderr') return said.add(chunk)
          if (!content.write(chunk)) await drained(content, within)
        },
      },
      within,
    )
    const code = await execution.ended
    if (code !== 0)
      throw new ImmError(
        'SNAPSHOT_FAILED',
        `\`${command.join(' ')}\` of service ${service} ended with exit code ${code}`,
        {
          output: said.lines(),
        },
      )
    content.end()
  }
  const running = run().catch((error: unknown) => {
    content.destroy(error as Error)
    throw error
  })
  const storing = engine.storeInVolume({volume: into, content, labels, onProgress}, within)
  storing.catch((error: unknown) => over.abort(error))
  const [ran, stored] = await Promise.allSettled([running, storing])
  if (signal.aborted) throw signal.reason
  if (ran.status === 'rejected' && stored.status === 'fulfilled') throw ran.reason
  if (stored.status === 'rejected') throw stored.reason
  return stored.value.bytes
}

/** Gives a dump to the service's command that reads it. RESTORE_FAILED where that fails, or where the service says no such command. */
export const restoreDump = async (
  volume: EnvironmentVolume,
  snapshot: Snapshot,
  labels: Readonly<Record<string, string>>,
  {engine, id, tell}: VolumesAt,
  signal: AbortSignal,
): Promise<number> => {
  const {own} = await usersOf(volume.name, id, engine, signal)
  const service = own.find((one) => isAwake(one) && serviceIdentity(one.labels)?.service === snapshot.service)
  const command = service && serviceIdentity(service.labels)?.restoreCommand
  const whole = `\`imm volume export ${volume.key}@${snapshot.name}\` prints it`
  if (!service)
    throw new ImmError(
      'RESTORE_FAILED',
      `${snapshot.name} is a dump, which service ${snapshot.service} has to read, and that doesn't run`,
      {
        next: `Start it with \`imm dev\`; ${whole}.`,
      },
    )
  if (!command)
    throw new ImmError(
      'RESTORE_FAILED',
      `${snapshot.name} is a dump, and service ${snapshot.service} doesn't say what reads it`,
      {
        next: `Say so with \`x-imm: {snapshot: {restore: COMMAND}}\` of the service, a command that reads it from its input; ${whole}.`,
      },
    )
  const said = lastOf()
  let bytes = 0
  const counted = async function* () {
    for await (const chunk of engine.storedInVolume(snapshot.volume, labels, signal)) {
      yield chunk
      bytes += chunk.length
      tell({type: 'progress', doing: 'restore', doneBytes: bytes, totalBytes: undefined})
    }
  }
  const execution = await engine.exec(
    service.id,
    {
      command,
      stdin: Readable.from(counted(), {objectMode: false}),
      terminal: undefined,
      onOutput: (_, chunk) => said.add(chunk),
    },
    signal,
  )
  const code = await execution.ended
  if (code === 0) return bytes
  throw new ImmError(
    'RESTORE_FAILED',
    `\`${command.join(' ')}\` of service ${snapshot.service} ended with exit code ${code}`,
    {
      output: said.lines(),
    },
  )
}

const drained = async (content: PassThrough, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const end = () => {
      content.off('drain', end)
      content.off('close', end)
      signal.removeEventListener('abort', end)
      if (signal.aborted) reject(signal.reason as Error)
      else resolve()
    }
    content.once('drain', end)
    content.once('close', end)
    signal.addEventListener('abort', end, {once: true})
  })

const keptBytes = 8192
const keptLines = 20

/** The end of what was said. */
const lastOf = () => {
  let text = ''
  return {
    add: (chunk: Buffer): void => void (text = (text + chunk.toString()).slice(-keptBytes)),
    lines: (): string[] => text.trim().split(/\r?\n/).slice(-keptLines),
  }
}
