import {z} from 'zod'

import {flag, labels, names, oneOrMany, shape, text, withoutOthers} from './scalars.ts'
import {service} from './service.ts'

/** `external: {name: x}` is how it once was written. */
const external = z.union([flag, z.strictObject({name: text.optional()})], {error: 'expected true or false'})

const withExternal = <
  T extends {name?: string | undefined; external?: boolean | {name?: string | undefined} | undefined},
>(
  resource: T,
) => {
  const {external: is, ...others} = resource
  if (typeof is !== 'object') return {...others, ...(is ? {external: true} : {})}
  return {...others, name: is.name ?? others.name, external: true}
}

const common = {name: text.optional(), external: external.optional(), labels: labels.optional()}

export const network = shape({
  ...common,
  driver: text.optional(),
  driver_opts: labels.optional(),
  attachable: flag.optional(),
  enable_ipv4: flag.optional(),
  enable_ipv6: flag.optional(),
  internal: flag.optional(),
  ipam: shape({
    driver: text.optional(),
    config: z
      .array(
        shape({
          subnet: text.optional(),
          ip_range: text.optional(),
          gateway: text.optional(),
          aux_addresses: labels.optional(),
        }),
      )
      .optional(),
    options: labels.optional(),
  }).optional(),
}).transform(withExternal)

export const volume = shape({...common, driver: text.optional(), driver_opts: labels.optional()}).transform(
  withExternal,
)

const file = {...common, file: text.optional(), environment: text.optional(), template_driver: text.optional()}
export const secret = shape({
  ...file,
  driver: text.optional(),
  driver_opts: labels.optional(),
  command: z.array(text).optional(),
}).transform(withExternal)
export const config = shape({...file, content: text.optional()}).transform(withExternal)

const include = z.union([
  z.string().transform((path) => ({path: [path]})),
  z.strictObject({path: oneOrMany, project_directory: text.optional(), env_file: oneOrMany.optional()}),
])

const named = <T extends z.ZodType>(resource: T) => z.record(names, resource).optional()
const empty = {} as Record<string, never>

/** A whole file, each key in its long form (Compose Specification). */
const keys = {
  version: z.unknown().optional(),
  name: z
    .string({error: 'expected a text'})
    .regex(/^[a-z0-9][a-z0-9_-]*$/, {
      error: 'expected a name of lower-case letters, digits, - and _, beginning with a letter or digit',
    })
    .optional(),
  include: z.array(include).optional(),
  services: named(service),
  networks: named(network.nullable().transform((one) => one ?? empty)),
  volumes: named(volume.nullable().transform((one) => one ?? empty)),
  secrets: named(secret),
  configs: named(config),
  models: z.record(names, z.unknown()).optional(),
}

/** What imm is told of the whole, beside the specification's own keys. */
const own = z.strictObject(
  {
    flip: z.enum(['together', 'each'], {error: 'expected together or each'}).optional(),
    // As imm.yaml has it, and checked with it.
    previews: z.record(z.string(), z.unknown(), {error: 'expected a map'}).optional(),
  },
  {error: 'expected {flip, previews}'},
)

export const composeSchema = z.preprocess(
  withoutOthers,
  z.strictObject({...keys, 'x-imm': own.optional()}, {error: 'expected a map'}),
)
export const fileKeys: readonly string[] = Object.keys(keys)

export type Composed = z.output<typeof composeSchema>
