import type {BuildRequest, BuildStep, Image} from '../../../lifecycle/ports.ts'
import {build} from '../build.ts'
import type {Client} from '../client.ts'

/** As BuildKit calls it, when nothing of the Dockerfile is left to do. */
const isExport = ({name}: BuildStep): boolean => name === 'exporting to image'

/**
 * A build that is given up at once, but for its last step: an engine ends an export that it has begun, however long it takes, and then
 * nobody would know the image to remove.
 */
export const buildIntermediate = async (client: Client, request: BuildRequest, signal: AbortSignal): Promise<Image> => {
  signal.throwIfAborted()
  const giving = new AbortController()
  let exporting = false
  const giveUp = () => {
    if (!exporting) giving.abort(signal.reason)
  }
  signal.addEventListener('abort', giveUp, {once: true})
  try {
    const onStep = (step: BuildStep) => {
      exporting ||= isExport(step)
      request.onStep(step)
    }
    return await build(client, {...request, onStep}, giving.signal)
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}
