import {z} from 'zod'

import {failed, type Tool} from './run-tool.ts'
import {levelOf, type Vulnerability} from './vulnerability.ts'

export const grypeTool = (archive: string): Tool => ({
  program: 'grype',
  args: ['--quiet', '--output=json', archive],
  env: {GRYPE_CHECK_FOR_APP_UPDATE: 'false'},
})

const report = z.object({
  matches: z.array(
    z.object({
      vulnerability: z.object({
        id: z.string(),
        severity: z.string().nullish(),
        description: z.string().nullish(),
        fix: z.object({versions: z.array(z.string()).nullish(), state: z.string().nullish()}).nullish(),
      }),
      relatedVulnerabilities: z.array(z.object({id: z.string(), description: z.string().nullish()})).nullish(),
      artifact: z.object({
        name: z.string(),
        version: z.string(),
        type: z.string().nullish(),
        purl: z.string().nullish(),
        locations: z.array(z.object({path: z.string()})).nullish(),
      }),
    }),
  ),
})

const systemTypes = new Set(['deb', 'apk', 'rpm'])
const longestTitle = 100

/** Out of the report of `grype -o json`. */
export const grypeVulnerabilities = (json: unknown): Vulnerability[] => {
  const {success, data} = report.safeParse(json)
  if (!success) throw failed('grype', 'its report is of a form that imm does not know')
  return data.matches.map(({vulnerability, relatedVulnerabilities, artifact}) => {
    const related = relatedVulnerabilities ?? []
    const id = idOf(vulnerability.id, related)
    // Debian's list describes none of them.
    const description = vulnerability.description || related.find((each) => each.id === id)?.description
    return {
      id,
      level: levelOf(vulnerability.severity),
      package: nameOf(artifact),
      version: artifact.version,
      fixed: vulnerability.fix?.versions?.join(', ') || undefined,
      title: description ? shortened(description) : undefined,
      path: systemTypes.has(artifact.type ?? '') ? undefined : artifact.locations?.[0]?.path,
    }
  })
}

/** It names those of libraries by GitHub's list, and the CVE beside it; what a distribution publishes may be about several. */
const idOf = (id: string, related: readonly {id: string}[]): string => {
  const all = new Set(related.map((each) => each.id).filter((each) => each.startsWith('CVE-')))
  const [one] = all
  return id.startsWith('CVE-') || one === undefined || all.size > 1 ? id : one
}

/** `group:artifact`, as Maven has it and trivy says it: the artifact alone is no name. */
const nameOf = ({name, purl}: {name: string; purl?: string | null | undefined}): string => {
  const group = /^pkg:maven\/([^/@?#]+)\/[^/@?#]+/.exec(purl ?? '')?.[1]
  return group === undefined || name.includes(':') ? name : `${group}:${name}`
}

const shortened = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > longestTitle ? `${line.slice(0, longestTitle - 1)}…` : line
}
