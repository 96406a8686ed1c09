import {ImmError} from '../errors.ts'
import type {Member} from './member.ts'
import type {World} from './world.ts'

const shownLines = 20

/** Why a container ended: exit code, out of memory, its last lines. */
export const crashed = async (
  {instance}: Pick<Member, 'instance'>,
  {engine}: Pick<World, 'engine'>,
  signal: AbortSignal,
): Promise<ImmError> => {
  const [now, output] = await Promise.all([
    engine.instance(instance.id, signal),
    lastLines(instance.id, {engine}, signal),
  ])
  if (now?.outOfMemory)
    return new ImmError('OUT_OF_MEMORY', 'the container was killed: it used more memory than its limit', {output})
  if (!now) return new ImmError('CRASHED', 'the container was removed by somebody else', {output})
  return new ImmError(
    'CRASHED',
    `the container ended by itself with exit code ${now.exitCode ?? 'unknown'}${meaning(now.exitCode)}`,
    {
      output,
      next: output.length > 0 ? undefined : 'It printed nothing: look at its CMD and at what it needs at its start.',
    },
  )
}

/** The last lines that a container printed. */
export const lastLines = async (id: string, {engine}: Pick<World, 'engine'>, signal: AbortSignal): Promise<string[]> =>
  await Array.fromAsync(engine.logs(id, {follow: false, tail: shownLines}, signal), ({text}) => text)

// Exit codes of shells and of the kernel's signals (128 + signal number).
const meaning = (code: number | undefined): string => {
  switch (code) {
    case 0:
      return ' (its command came to its end; a server must go on running)'
    case 126:
      return ' (its command cannot be executed)'
    case 127:
      return ' (its command was not found)'
    case 137:
      return ' (killed)'
    case 139:
      return ' (segmentation fault)'
    case 143:
      return ' (terminated)'
    default:
      return ''
  }
}
