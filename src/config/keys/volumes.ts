import {z} from 'zod'

import {containerPath} from './scalars.ts'

const volumeExpected = 'expected name:/path, name:/path:ro or {name, path, readOnly}'
const namePattern = '[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}'
const nameExpected = 'expected a volume name of letters, digits, _ . and -'

const noMounts =
  'directories of this machine are not mounted: what a container runs is in its image and never changes under it; data that outlives releases has a named volume, such as data:/data'
const hostPath = /^(?:[./~$]|[a-zA-Z]:\\|[a-zA-Z]:\/[^:]*:\/)/

// Bind mounts are what people bring along from Compose: they get the reason, not a pattern.
const noHostPath = z.check<string>((payload) => {
  const {value, issues} = payload
  if (!hostPath.test(value)) return
  const unnamed = value.startsWith('/') && !value.includes(':')
  const message = unnamed ? 'a volume needs a name, as in data:/data' : noMounts
  issues.push({code: 'custom', message, input: value, continue: false})
})

export const volume = z.union(
  [
    z
      .string({error: volumeExpected})
      .check(noHostPath)
      .regex(new RegExp(String.raw`^${namePattern}:\/[^:]*[^:/]\/?(:(ro|rw))?$`), {error: volumeExpected})
      .transform((spec) => {
        const [name = '', path = '', mode] = spec.split(':')
        return {name, path: path.replace(/\/$/, ''), readOnly: mode === 'ro'}
      }),
    z.strictObject(
      {
        name: z
          .string({error: nameExpected})
          .check(noHostPath)
          .regex(new RegExp(`^${namePattern}$`), {error: nameExpected})
          .meta({
            description: 'Name of the volume. It belongs to the environment and outlives every release.',
            examples: ['data'],
          }),
        path: containerPath.meta({description: 'Where it is in the container.', examples: ['/var/lib/data']}),
        readOnly: z
          .boolean({error: 'expected true or false'})
          .default(false)
          .meta({description: 'The application can only read it.', examples: [true]}),
      },
      {error: volumeExpected},
    ),
  ],
  {error: volumeExpected},
)
