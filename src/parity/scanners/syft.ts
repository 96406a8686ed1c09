import {z} from 'zod'

import {failed, type Tool} from './run-tool.ts'

export const syftTool = (archive: string): Tool => ({
  program: 'syft',
  args: ['scan', '--quiet', '--output=json', archive],
  env: {SYFT_CHECK_FOR_APP_UPDATE: 'false'},
})

const report = z.object({
  artifacts: z.array(
    z.object({
      name: z.string(),
      version: z.string().nullish(),
      purl: z.string().nullish(),
      locations: z.array(z.object({path: z.string()})).nullish(),
    }),
  ),
})

/** A package as syft knows it. */
export interface SyftPackage {
  name: string
  version: string
  purl: string
  path?: string | undefined
}

/** Out of the report of `syft -o json`; what has no package URL is of no use to those who read a bill of materials. */
export const syftPackages = (json: unknown): SyftPackage[] => {
  const {success, data} = report.safeParse(json)
  if (!success) throw failed('syft', 'its report is of a form that imm does not know')
  return data.artifacts.flatMap(({name, version, purl, locations}) =>
    purl ? [{name, version: version ?? '', purl, path: locations?.[0]?.path}] : [],
  )
}
