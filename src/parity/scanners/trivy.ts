import {z} from 'zod'

import {failed, type Tool} from './run-tool.ts'
import {levelOf, type Vulnerability} from './vulnerability.ts'

/** Its own search for secrets is left out: it prints what it finds. */
export const trivyTool = (archive: string): Tool => ({
  program: 'trivy',
  args: ['image', '--quiet', '--format=json', '--scanners=vuln', `--input=${archive}`],
})

const report = z.object({
  SchemaVersion: z.number(),
  Results: z
    .array(
      z.object({
        Target: z.string().nullish(),
        Class: z.string().nullish(),
        Vulnerabilities: z
          .array(
            z.object({
              VulnerabilityID: z.string(),
              PkgName: z.string(),
              PkgPath: z.string().nullish(),
              InstalledVersion: z.string().nullish(),
              FixedVersion: z.string().nullish(),
              Severity: z.string().nullish(),
              Status: z.string().nullish(),
              Title: z.string().nullish(),
            }),
          )
          .nullish(),
      }),
    )
    .nullish(),
})

/** Out of the report of `trivy image --format json` (schema version 2). */
export const trivyVulnerabilities = (json: unknown): Vulnerability[] => {
  const {success, data} = report.safeParse(json)
  if (!success) throw failed('trivy', 'its report is of a form that imm does not know')
  return (data.Results ?? []).flatMap(({Target, Class, Vulnerabilities}) =>
    (Vulnerabilities ?? [])
      // Those who made the package say that it has not this one.
      .filter(({Status}) => Status !== 'not_affected')
      .map((each) => ({
        id: each.VulnerabilityID,
        level: levelOf(each.Severity),
        package: each.PkgName,
        version: each.InstalledVersion ?? '',
        fixed: each.FixedVersion || undefined,
        title: each.Title || undefined,
        path: Class === 'lang-pkgs' ? inImage(each.PkgPath || targetFile(Target)) : undefined,
      })),
  )
}

/** What it calls all packages of a kind together, of which each has its own path: no file of that name is meant. */
const kinds = new Set(['Node.js', 'Python', 'Conda', 'Ruby', 'Java', 'Kubernetes'])

const targetFile = (target: string | null | undefined): string | undefined =>
  !target || kinds.has(target) ? undefined : target

/** It leaves out the slash in front. */
const inImage = (file: string | undefined): string | undefined =>
  file === undefined || file.startsWith('/') ? file : `/${file}`
