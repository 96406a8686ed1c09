import {ImmError, isImmError} from '../../errors.ts'
import type {Clock, Engine, Image} from '../ports.ts'
import type {ServiceSpec} from './spec.ts'

export interface ImageRequest {
  service: Pick<ServiceSpec, 'name' | 'image' | 'pull' | 'container'>
  /** that the service is described in */
  file: string
  engine: Pick<Engine, 'image' | 'pull'>
  clock: Pick<Clock, 'now'>
  onProgress: (progress: {doneBytes: number; totalBytes: number}) => void
}

// For people, and a line each in files.
const progressMs = 1000

/** The image of a service, fetched where its `pull_policy` says so. IMAGE_UNAVAILABLE names the service and the file. */
export const imageOf = async (
  {service, file, engine, clock, onProgress}: ImageRequest,
  signal: AbortSignal,
): Promise<Image> => {
  const {name, image: reference, pull, container} = service
  const found = await engine.image(reference, signal)
  if (found && pull !== 'always') return found
  if (pull === 'never')
    throw new ImmError('IMAGE_UNAVAILABLE', `the image ${reference} of service ${name} (${file}) is not there`, {
      next: `Fetch it with \`docker pull ${reference}\`, or take \`pull_policy: never\` out of ${file}.`,
    })
  onProgress({doneBytes: 0, totalBytes: 0})
  let toldMs = clock.now()
  try {
    return await engine.pull(
      {
        reference,
        platform: container.options.platform,
        onProgress(progress) {
          if (clock.now() - toldMs < progressMs) return
          toldMs = clock.now()
          onProgress(progress)
        },
      },
      signal,
    )
  } catch (error) {
    if (!isImmError(error, 'IMAGE_UNAVAILABLE')) throw error
    throw new ImmError(
      'IMAGE_UNAVAILABLE',
      `the image ${reference} of service ${name} (${file}) is unavailable: ${error.message}`,
      {next: error.next, output: error.output, cause: error},
    )
  }
}

/** Absolute paths that an image declares as volumes (`config.Volumes` of the OCI image-spec). */
export const declaredPaths = (config: Readonly<Record<string, unknown>>): string[] => {
  const {Volumes: declared} = config
  return typeof declared === 'object' && declared !== null
    ? Object.keys(declared).filter((path) => path.startsWith('/'))
    : []
}
