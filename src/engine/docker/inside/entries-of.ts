import {type Extract, extract} from 'tar-stream'

/** Entries of a tar that a stream brings; both end together, whoever stops first. */
export const entriesOf = (stream: NodeJS.ReadableStream, signal: AbortSignal): Extract => {
  const tar = extract()
  const stop = () => tar.destroy(signal.reason as Error)
  signal.addEventListener('abort', stop, {once: true})
  tar.on('close', () => signal.removeEventListener('abort', stop))
  stream.on('error', (error: Error) => tar.destroy(error))
  stream.pipe(tar)
  return tar
}
