import type {z} from 'zod'

import type {secrets} from './keys/secrets.ts'
import type {volume} from './keys/volumes.ts'

interface Mounts {
  volumes?: z.output<typeof volume>[] | undefined
  tmpfs?: string[] | undefined
  secrets?: z.output<typeof secrets> | undefined
}

/** Two things at one path would hide each other. */
export const mountedOnce = (
  {volumes = [], tmpfs = [], secrets: files = {}}: Mounts,
  context: z.core.$RefinementCtx,
): void => {
  const taken = new Set<string>()
  const mounts = [
    ...volumes.map((item, index) => ({at: item.path, path: ['volumes', index]})),
    ...tmpfs.map((at, index) => ({at, path: ['tmpfs', index]})),
    ...Object.entries(files).map(([name, file]) => ({
      at: file.path ?? `/run/secrets/${name}`,
      path: ['secrets', name],
    })),
  ]
  for (const {at, path} of mounts) {
    if (taken.has(at)) context.addIssue({code: 'custom', path, message: `${at} is mounted twice`})
    taken.add(at)
  }
}
