import {z} from 'zod'

import {bytes, flag, labels, shape, text, word} from './scalars.ts'

export interface Mount {
  type: 'bind' | 'volume' | 'tmpfs' | 'cluster' | 'npipe' | 'image'
  source?: string | undefined
  target: string
  read_only?: boolean | undefined
  consistency?: string | undefined
  bind?:
    | {
        propagation?: string | undefined
        create_host_path?: boolean | undefined
        recursive?: string | undefined
        selinux?: string | undefined
      }
    | undefined
  volume?:
    | {labels?: Record<string, string> | undefined; nocopy?: boolean | undefined; subpath?: string | undefined}
    | undefined
  tmpfs?: {size?: number | undefined; mode?: number | undefined} | undefined
  image?: {subpath?: string | undefined} | undefined
}

const expected = 'expected name:/path, ./path:/path, either with :ro, or a map with a type'

/** `[SOURCE:]TARGET[:MODE]`: a source that is a path is one of this machine, anything else the name of a volume. */
export const parseMount = (line: string): Mount | undefined => {
  const [, windows = '', rest = line] = /^([a-zA-Z]:[\\/][^:]*)(?::|$)(.*)$/.exec(line) ?? []
  const parts = windows === '' ? line.split(':') : [windows, ...rest.split(':')]
  if (parts.length > 3 || parts.includes('')) return undefined
  const [first = '', target, mode] = parts
  if (target === undefined) return {type: 'volume', target: first, volume: {}}
  const options = new Set(mode?.split(','))
  for (const option of options) if (!modes.has(option)) return undefined
  const common = {source: first, target, ...(options.has('ro') ? {read_only: true} : {})}
  const isPath = windows !== '' || /^[./~]/.test(first)
  if (!isPath) return {type: 'volume', ...common, volume: options.has('nocopy') ? {nocopy: true} : {}}
  const selinux = ['z', 'Z'].find((option) => options.has(option))
  const propagation = [...options].find((option) => /^r?(?:private|shared|slave)$/.test(option))
  return {
    type: 'bind',
    ...common,
    bind: {create_host_path: true, ...(selinux ? {selinux} : {}), ...(propagation ? {propagation} : {})},
  }
}

const modes = new Set([
  'ro',
  'rw',
  'nocopy',
  'z',
  'Z',
  'cached',
  'delegated',
  'consistent',
  'private',
  'rprivate',
  'shared',
  'rshared',
  'slave',
  'rslave',
])

const octal = z
  .union([z.number(), z.string().regex(/^(?:0o?)?[0-7]+$/)], {error: 'expected a mode such as "0440"'})
  .transform((value) => (typeof value === 'number' ? value : Number.parseInt(value.replace(/^0o?/, ''), 8)))

const long = shape({
  type: z.enum(['bind', 'volume', 'tmpfs', 'cluster', 'npipe', 'image'], {
    error: 'expected bind, volume, tmpfs or image',
  }),
  source: text.optional(),
  target: text,
  read_only: flag.optional(),
  consistency: text.optional(),
  bind: shape({
    propagation: text.optional(),
    create_host_path: flag.optional(),
    recursive: text.optional(),
    selinux: text.optional(),
  }).optional(),
  volume: shape({labels: labels.optional(), nocopy: flag.optional(), subpath: text.optional()}).optional(),
  tmpfs: shape({size: bytes.optional(), mode: octal.optional()}).optional(),
  image: shape({subpath: text.optional()}).optional(),
}).transform((mount): Mount => mount)

const short = z.string().transform((line, context): Mount => {
  const mount = parseMount(line)
  if (!mount) context.addIssue({code: 'custom', message: expected})
  return mount ?? {type: 'volume', target: line}
})

export const mounts = z.array(z.union([short, long], {error: expected}), {error: 'expected a list of volumes'})

/** A secret or config that a service, or its build, gets as a file. */
export const fileMounts = z.array(
  z.union([
    z.string().transform((source) => ({source})),
    shape({
      source: text.optional(),
      target: text.optional(),
      uid: word.optional(),
      gid: word.optional(),
      mode: octal.optional(),
    }),
  ]),
  {error: 'expected a list of names'},
)
export type FileMount = {
  source?: string | undefined
  target?: string | undefined
  uid?: string | undefined
  gid?: string | undefined
  mode?: number | undefined
}

export const devices = z.array(
  z.union([
    z.string().transform((line) => {
      const [source = '', target = source, permissions = 'rwm'] = line.split(':')
      return {source, target, permissions}
    }),
    shape({source: text, target: text.optional(), permissions: text.optional()}).transform(
      ({source, target = source, permissions = 'rwm'}) => ({source, target, permissions}),
    ),
  ]),
)
