import type {PullRequest} from '../../../lifecycle/ports.ts'

/** A line of `/images/create`, as far as it matters here. */
export interface PullMessage {
  status?: string
  /** of the layer */
  id?: string
  progressDetail?: {current?: number; total?: number}
  error?: string
  errorDetail?: {message?: string}
}

/** Layers whose bytes have all come. */
const complete = new Set(['Verifying Checksum', 'Download complete', 'Extracting', 'Pull complete'])

/** Adds up what came of each layer, and tells whenever that is more. */
export const layerProgress = (onProgress: PullRequest['onProgress']) => {
  const layers = new Map<string, {doneBytes: number; totalBytes: number}>()
  let told = ''
  return ({status = '', id, progressDetail}: PullMessage): void => {
    if (id === undefined) return
    const known = layers.get(id)
    const {current = 0, total} = progressDetail ?? {}
    // Extracting counts from the beginning again: it is no news.
    if (status === 'Downloading' && total !== undefined) layers.set(id, {doneBytes: current, totalBytes: total})
    else if (known && complete.has(status)) layers.set(id, {...known, doneBytes: known.totalBytes})
    else return
    const all = [...layers.values()]
    const sums = {
      doneBytes: all.reduce((sum, {doneBytes}) => sum + doneBytes, 0),
      totalBytes: all.reduce((sum, {totalBytes}) => sum + totalBytes, 0),
    }
    if (JSON.stringify(sums) === told) return
    told = JSON.stringify(sums)
    onProgress(sums)
  }
}
