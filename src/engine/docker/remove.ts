import {call, callMs} from './call.ts'
import type {Client} from './client.ts'
import {inspect, unpause} from './instances.ts'
import {statusOf} from './translate-errors.ts'

/** Stops and removes a container with its anonymous volumes; fine where it is gone. */
export const remove = async (client: Client, id: string, graceMs: number, signal: AbortSignal): Promise<void> => {
  const container = client.docker.getContainer(id)
  const state = (await inspect(client, id, signal))?.State
  if (!state) return
  if (graceMs > 0 && (state.Running || state.Paused)) {
    // A frozen process can't hear a signal: the engines would wait the grace time out.
    if (state.Paused) await tolerating([404, 409, 500], () => unpause(client, id, signal))
    // 304: stopped already. The engine counts whole seconds.
    await tolerating([304, 404], () =>
      call(
        `stopping container ${id}`,
        signal,
        (abortSignal) => container.stop({t: Math.ceil(graceMs / 1000), abortSignal}),
        graceMs + callMs,
      ),
    )
  }
  const removed = await tolerating([404], () =>
    tolerating([409], () =>
      call(`removing container ${id}`, signal, (abortSignal) => container.remove({force: true, v: true, abortSignal})),
    ),
  )
  // 409: somebody else is removing it. It must be gone when this resolves: its name may be wanted again.
  if (removed === 'refused')
    await tolerating([404], () =>
      call(`removing container ${id}`, signal, (abortSignal) => container.wait({condition: 'removed', abortSignal})),
    )
}

const tolerating = async (statuses: readonly number[], act: () => Promise<unknown>): Promise<'done' | 'refused'> => {
  try {
    return (await act()) === 'refused' ? 'refused' : 'done'
  } catch (error) {
    const status = statusOf(error)
    if (status === undefined || !statuses.includes(status)) throw error
    return status === 409 ? 'refused' : 'done'
  }
}
