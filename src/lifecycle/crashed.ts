import {ImmError} from '../errors.ts'
import {lastSaid} from './last-said.ts'
import type {Member} from './member.ts'
import type {World} from './world.ts'

const shownLines = 20
// Some of them may stand before many of the other stream.
const readLines = 200

/** Why a container ended: exit code, out of memory, its last lines. */
export const crashed = async (
  {instance, settings}: Pick<Member, 'instance' | 'settings'>,
  {engine}: Pick<World, 'engine'>,
  signal: AbortSignal,
): Promise<ImmError> => {
  const [now, output] = await Promise.all([
    engine.instance(instance.id, signal),
    lastLines(instance.id, {engine}, signal),
  ])
  if (now?.outOfMemory) return outOfMemory(settings.resources.memoryBytes, output)
  if (!now) return new ImmError('CRASHED', 'the container was removed by somebody else', {output})
  const {means, next} = meaning(now.exitCode, settings.port === 0)
  return new ImmError(
    'CRASHED',
    `the container ended by itself with exit code ${now.exitCode ?? 'unknown'}${means === undefined ? '' : ` (${means})`}`,
    {output, next: next ?? (output.length > 0 ? undefined : printedNothing)},
  )
}

const printedNothing = 'It printed nothing: look at its CMD and at what it needs at its start.'

const outOfMemory = (limitBytes: number | undefined, output: readonly string[]): ImmError =>
  limitBytes === undefined
    ? new ImmError('OUT_OF_MEMORY', 'out of memory: the container was killed, because no memory was left for it', {
        output,
        next: "Give the engine's machine more memory, or let the application use less.",
      })
    : new ImmError(
        'OUT_OF_MEMORY',
        `out of memory: the container was killed, because it used more than its limit of ${Math.round(limitBytes / 2 ** 20)} MiB`,
        {output},
      )

/** The last lines that a container printed. */
export const lastLines = async (id: string, {engine}: Pick<World, 'engine'>, signal: AbortSignal): Promise<string[]> =>
  lastSaid(await Array.fromAsync(engine.logs(id, {follow: false, tail: readLines}, signal)), shownLines)

const correctCommand = 'Correct CMD or ENTRYPOINT in the Dockerfile, or `command:` in imm.yaml.'

// Exit codes of shells and of the kernel's signals (128 + signal number).
const meaning = (code: number | undefined, isWorker: boolean): {means?: string; next?: string} => {
  switch (code) {
    case 0:
      if (isWorker)
        return {
          means: 'its command came to its end; a worker must go on running',
          next: 'Let its command stay in the foreground; what is to end, as a migration does, is for `jobs:`.',
        }
      return {
        means: 'its command came to its end; a server must go on running',
        next: 'Let CMD, or `command:` in imm.yaml, start a server that stays in the foreground.',
      }
    case 126:
      return {means: 'its command cannot be executed', next: correctCommand}
    case 127:
      return {means: 'its command was not found', next: correctCommand}
    case 137:
      return {means: 'killed'}
    case 139:
      return {means: 'segmentation fault'}
    case 143:
      return {means: 'terminated'}
    case undefined:
    default:
      return {}
  }
}
