import {ImmError} from '../../errors.ts'
import type {EngineEvent} from '../../lifecycle/ports.ts'
import {openStream, readStream} from './call.ts'
import type {Client} from './client.ts'
import {jsonLines} from './json-lines.ts'
import {carries, labelFilter} from './label-filter.ts'

const doing = "listening to the engine's events"

/** `/events`, as far as it matters here. */
interface ContainerEvent {
  Action: string
  Actor: {ID: string; Attributes: Record<string, string>}
}

/** Ends and changes of health, from the moment of the call on. */
export const events = (
  client: Client,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): AsyncIterable<EngineEvent> => {
  // Named, because the first reader may come later than what it wants to hear about.
  const since = Date.now() / 1000
  return listen(client, labels, since, signal)
}

async function* listen(
  {docker, kept}: Client,
  labels: Readonly<Record<string, string>>,
  since: number,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent, void, undefined> {
  const closing = new AbortController()
  const connection = AbortSignal.any([signal, closing.signal])
  try {
    // Podman tells `die` and wants to be asked for `died`.
    const filters = {type: ['container'], event: ['die', 'died', 'health_status'], label: labelFilter(labels)}
    const stream = await openStream(doing, connection, async (abortSignal) =>
      docker.getEvents({since, filters: JSON.stringify(filters), abortSignal}),
    )
    for await (const value of jsonLines(readStream(doing, stream, connection))) {
      const event = toEvent(value as ContainerEvent)
      if (event && carries(event.labels, labels)) yield event
    }
    throw new ImmError('ENGINE_LOST', `${doing}: the engine closed the connection`)
  } catch (error) {
    // An engine that is started again may give a sandbox another address.
    kept.addresses.clear()
    throw error
  } finally {
    closing.abort()
  }
}

// What the engines add to the container's labels.
const added = new Set(['image', 'name', 'exitCode', 'execDuration', 'containerExitCode', 'podId'])

const toEvent = ({Action, Actor: {ID: id, Attributes}}: ContainerEvent): EngineEvent | undefined => {
  const labels = Object.fromEntries(Object.entries(Attributes).filter(([key]) => !added.has(key)))
  const exitCode = Number(Attributes['exitCode'] ?? Attributes['containerExitCode'] ?? NaN)
  if (Action === 'die') return {kind: 'exited', id, labels, ...(Number.isNaN(exitCode) ? {} : {exitCode})}
  return Action.startsWith('health_status') ? {kind: 'health', id, labels} : undefined
}
