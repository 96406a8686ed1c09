import {createHash} from 'node:crypto'

/** What a page or a JSON answer of the proxy itself says. */
export interface Notice {
  project: string
  environment: string
  app: string
  stage: string
  release: string | undefined
  message: string
  output: readonly string[]
}

export interface RouteLink {
  id: string
  url: string
  /** all, that one first */
  urls: readonly string[]
  release: string | undefined
}

const style = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:44rem;margin:12vh auto;padding:0 1.5rem}
h1{font-size:1.25rem;margin:0}
p.of{margin:0;opacity:.65}
pre{font:.8125rem/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;padding:1rem;border:1px solid color-mix(in srgb,currentColor 20%,transparent);border-radius:.4rem}
ul{padding:0;list-style:none}`

/** For answers that hold these pages: nothing is loaded, nothing runs, nobody frames them. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** `refresh`: asks again by itself after a second, so that it gives way to the application. */
export const noticePage = (notice: Notice, refresh: boolean): string =>
  page(
    `${notice.project}: ${notice.stage}`,
    `<p class="of">${escape([notice.project, notice.environment, notice.app].join(' / '))}</p>
<h1>${escape([notice.stage, notice.release].filter(Boolean).join(' '))}</h1>
<p>${escape(notice.message)}</p>
${notice.output.length === 0 ? '' : `<pre>${escape(notice.output.join('\n'))}</pre>`}`,
    refresh,
  )

/** `asked`: the host, with the path where that is what nothing is under. */
export const unroutedPage = (asked: string, routes: readonly RouteLink[]): string =>
  page(
    'Nothing under this name',
    `<h1>Nothing is routed under ${escape(asked)}</h1>
<p>${routes.length === 0 ? 'Nothing is routed at all: start a project with <code>imm dev</code>.' : 'There is:'}</p>
<ul>${routes.map(linkItem).join('\n')}</ul>`,
    false,
  )

const linkItem = ({id, urls, release}: RouteLink): string => {
  const links = urls.map((url) => `<a href="${escape(url)}">${escape(url)}</a>`)
  return `<li>${links.join(' ')} ${escape(id)} ${escape(release ?? '')}</li>`
}

const page = (title: string, body: string, refresh: boolean): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
${refresh ? '<meta http-equiv="refresh" content="1">' : ''}<title>${escape(title)}</title><style>${style}</style></head>
<body>${body}</body></html>
`

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
