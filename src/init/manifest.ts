import {z} from 'zod'

import {ImmError} from '../errors.ts'
import type {ProjectFiles} from './project-files.ts'

const names = z.record(z.string(), z.unknown()).catch({})

// Only what is looked at, and forgiving: npm is the one to complain about the rest.
const manifestSchema = z.object({
  name: z.string().optional().catch(undefined),
  main: z.string().optional().catch(undefined),
  packageManager: z.string().catch(''),
  engines: z.object({node: z.string().catch('')}).catch({node: ''}),
  scripts: z.record(z.string(), z.string()).catch({}),
  dependencies: names,
  devDependencies: names,
  workspaces: z
    .union([z.array(z.string()), z.object({packages: z.array(z.string())}).transform(({packages}) => packages)])
    .catch([]),
})

/** package.json, as far as `imm init` looks at it. */
export type Manifest = z.output<typeof manifestSchema>

/** undefined where there is none; CONFIG_INVALID where it is not JSON. */
export const readManifest = async (files: ProjectFiles, signal: AbortSignal): Promise<Manifest | undefined> => {
  const text = await files.text('package.json', signal)
  if (text === undefined) return undefined
  try {
    return manifestSchema.catch(manifestSchema.parse({})).parse(JSON.parse(text))
  } catch (error) {
    throw new ImmError(
      'CONFIG_INVALID',
      `package.json is not valid JSON: ${error instanceof Error ? error.message : String(error)}`,
      {
        next: 'Correct package.json, then run `imm init` again.',
        cause: error,
      },
    )
  }
}
