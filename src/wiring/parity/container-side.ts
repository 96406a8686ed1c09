import {ImmError} from '../../errors.ts'
import type {RunSide, SideFacts} from '../../parity/facts.ts'
import {containerRun, podmansVariables} from '../../parity/sides/container.ts'
import type {Reference} from '../../parity/sides/reference.ts'
import {containerIdentity} from '../../release/labels.ts'
import type {OpenContext} from './context.ts'

/** A container, by its id, the beginning of it, or its name: its image, and what it was started with. */
export const containerSide = async (
  {id}: Pick<Extract<Reference, {kind: 'container'}>, 'id'>,
  context: OpenContext,
  signal: AbortSignal,
): Promise<Omit<SideFacts, 'name'>> => {
  const engine = await context.engine(signal)
  const [details, making] = await Promise.all([engine.details(id, signal), engine.making(id, signal)])
  if (!details || !making)
    throw new ImmError('SIDE_NOT_FOUND', `${engine.facts.name} has no container ${id}`, {
      next: '`docker ps --all` lists those that there are.',
    })
  // An image may lose its last name while a container has it, and is there all the same.
  const found = await engine.image(details.instance.image, signal)
  const described = found && (await context.image(found, signal))
  const added = engine.facts.name.startsWith('Podman') ? podmansVariables : new Set<string>()
  const run = containerRun(`container:${id}`, {details, making, own: described?.image.config, added})
  const isApp = containerIdentity(details.instance.labels)?.role === 'app'
  return {
    image: described?.image,
    run: isApp ? {...run, byImm: allByImm} : run,
    gaps: described?.gaps ?? [{part: 'image', reason: 'the engine no longer has the image of the container'}],
  }
}

/** A container of imm does not say which of it was asked for. */
const allByImm: RunSide['byImm'] = ['init', 'no-new-privileges', 'restart', 'publishes', 'hosts']
