import {ImmBug} from '../../errors.ts'
import {differenceText} from './difference.ts'
import {codeBlock, codeLine} from './escape.ts'
import {size} from './figures.ts'
import type {CiApp, CiResult} from './result.ts'

/** The comment's first line, by which the next run finds it. Forges don't show it. */
export const commentMarker = ({project, environment}: Pick<CiResult, 'project' | 'environment'>): string => {
  for (const name of [project, environment])
    if (!/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(name)) throw new ImmBug(`"${name}" is no slug`)
  return `<!-- imm-preview: ${project}/${environment} -->`
}

/** A preview in Markdown, for a comment at its pull request. */
export const commentBody = (result: CiResult): string => `${commentMarker(result)}\n\n${summary(result)}`

/** The same without the marker, for the page of a job. */
export const summary = (result: CiResult): string => {
  const {ref, commit, subject, error, apps} = result
  const url = result.url === undefined ? undefined : safeUrl(result.url)
  const paragraphs = [
    `### Preview of ${codeLine(ref)}: ${headlines[result.outcome]}`,
    url === undefined || result.outcome === 'rejected' ? undefined : `**<${url.href}>**`,
    `Commit ${codeLine(commit.slice(0, 12))}${subject ? ` ${codeLine(subject)}` : ''}`,
    error &&
      [codeLine(error.code), codeBlock(error.message), ...(error.next ? [codeLine(error.next)] : [])].join('\n\n'),
    url !== undefined && result.outcome === 'rejected'
      ? `The release before it keeps serving: <${url.href}>`
      : undefined,
    apps.length === 0 ? undefined : table(apps),
    url && isLocal(url) ? 'The address is one of the machine that ran this job.' : undefined,
  ]
  return `${paragraphs.filter((each) => each !== undefined).join('\n\n')}\n`
}

const headlines = {live: 'live', unchanged: 'live, as it was', rejected: 'rejected'} as const

// Of an application with very many, the first say enough: forges refuse a comment of more than 65,536 characters.
const mostApps = 40

const table = (apps: readonly CiApp[]): string => {
  const base = apps.find((app) => app.base !== undefined)?.base
  const rows = apps
    .slice(0, mostApps)
    .map(({app, health, image, startMs, base: own}) => [
      codeLine(app),
      health ? codeLine(health) : '',
      image ? size(image.bytes) : '',
      startMs === undefined ? '' : `${Math.round(startMs)} ms`,
      image && own ? differenceText(image, own.image) : '',
    ])
  const headings = ['app', 'health', 'image', 'start', base ? `image, against ${codeLine(base.ref)}` : '']
  // A column that nothing is known for only asks what it is.
  const shown = headings.map((_, column) => rows.some((row) => row[column] !== ''))
  const lines = [headings, headings.map(() => '---'), ...rows].map(
    (row) => `| ${row.filter((_, column) => shown[column]).join(' | ')} |`,
  )
  const left = apps.length - mostApps
  return lines.join('\n') + (left > 0 ? `\n\n… and ${left} more` : '')
}

/** Its `href` has no space, bracket or quote: URL encodes them. */
const safeUrl = (text: string): URL => {
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new ImmBug(`${url.protocol} is no address of a preview`)
  return url
}

const isLocal = ({hostname}: URL): boolean =>
  hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '127.0.0.1' || hostname === '[::1]'
