import {createHash} from 'node:crypto'

import {escapeHtml} from './escape-html.ts'
import {noticeText} from './notice.ts'
import type {Notice} from './notice.ts'
import {waitingScript} from './reload/waiting-script.ts'

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
p.of,#elapsed{margin:0;opacity:.65}
#message{white-space:pre-line}
pre{font:.8125rem/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;padding:1rem;border:1px solid color-mix(in srgb,currentColor 20%,transparent);border-radius:.4rem}
ul{padding:0;list-style:none}`

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** For answers that hold these pages: nothing is loaded, nothing runs but the pages' own script, nobody frames them. */
export const pagePolicy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(waitingScript)}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** `stream`: the page follows what goes on there, and gives way to the application; without scripts by asking again after a second. */
export const noticePage = (notice: Notice, stream?: string): string => {
  const {title, heading, message, output, elapsedMs} = noticeText(notice)
  return page(
    title,
    `<p class="of">${escapeHtml([notice.project, notice.environment, notice.app].join(' / '))}</p>
<h1 id="heading">${escapeHtml(heading)}</h1>
<p id="elapsed"${elapsedMs === undefined ? '' : ` data-ms="${Math.round(elapsedMs)}"`}></p>
<p id="message">${escapeHtml(message)}</p>
<pre id="output"${output === '' ? ' hidden' : ''}>${escapeHtml(output)}</pre>
${stream === undefined ? '' : `<script data-stream="${escapeHtml(stream)}">${waitingScript}</script>`}`,
    stream !== undefined ? '<noscript><meta http-equiv="refresh" content="1"></noscript>' : '',
  )
}

/** `asked`: the host, with the path where that is what nothing is under. */
export const unroutedPage = (asked: string, routes: readonly RouteLink[]): string =>
  page(
    'Nothing under this name',
    `<h1>Nothing is routed under ${escapeHtml(asked)}</h1>
<p>${routes.length === 0 ? 'Nothing is routed at all: start a project with <code>imm dev</code>.' : 'There is:'}</p>
<ul>${routes.map(linkItem).join('\n')}</ul>`,
  )

/** For who may not come in; names nothing that is there. */
export const loginPage = (text: string): string =>
  page(
    'Not open to everybody',
    `<h1>${escapeHtml(text)}</h1>
<p>Whoever runs this preview can make a link that opens it, with <code>imm preview share</code>.</p>`,
  )

const linkItem = ({id, urls, release}: RouteLink): string => {
  const links = urls.map((url) => `<a href="${escapeHtml(url)}">${escapeHtml(url)}</a>`)
  return `<li>${links.join(' ')} ${escapeHtml(id)} ${escapeHtml(release ?? '')}</li>`
}

const page = (title: string, body: string, head = ''): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
${head}<title>${escapeHtml(title)}</title><style>${style}</style></head>
<body>${body}</body></html>
`
