import {ImmError} from '../errors.ts'
import {lastLines} from './crashed.ts'
import type {Member} from './member.ts'
import type {World} from './world.ts'

/** Where the application listens instead, when that is why its port doesn't answer; undefined when it listens where it should, or nowhere. */
export const whyUnreachable = async (
  {instance, port}: Pick<Member, 'instance' | 'port'>,
  {engine}: Pick<World, 'engine'>,
  signal: AbortSignal,
): Promise<ImmError | undefined> => {
  const listening = await engine.listening(instance.id, signal)
  const here = listening.filter((open) => open.port === port)
  if (here.some((open) => !open.loopback)) return undefined
  const output = await lastLines(instance.id, {engine}, signal)
  if (here.length > 0)
    return new ImmError(
      'LOOPBACK_ONLY',
      `the application listens on 127.0.0.1:${port} inside its container, where nobody outside can reach it`,
      {
        output,
        next: `Let it listen on 0.0.0.0:${port} (often an option such as --host 0.0.0.0 or HOST=0.0.0.0).`,
      },
    )
  const elsewhere = [...new Set(listening.map((open) => open.port))]
  const [first] = elsewhere
  if (first === undefined) return undefined
  return new ImmError(
    'WRONG_PORT',
    `nothing listens on port ${port}; the application listens on ${elsewhere.join(', ')}`,
    {
      output,
      next: `Set \`port: ${first}\` in imm.yaml (or EXPOSE ${first} in the Dockerfile), or let the application listen on ${port}.`,
    },
  )
}
