import type {IncomingMessage} from 'node:http'

type Head = Pick<IncomingMessage, 'method' | 'headers'>

const destinations = new Set<unknown>(['document', 'iframe', 'frame'])

/** Whether a person looks at the answer: a browser that goes to a page, or a frame's. What a page's scripts fetch is theirs, HTML too. */
export const wantsPage = ({headers}: Head): boolean => {
  const destination = headers['sec-fetch-dest']
  if (destination === undefined) return headers.accept?.includes('text/html') ?? false
  // A service worker that fetches a page for its browser says `navigate` and `empty`.
  return destinations.has(destination) || (destination === 'empty' && headers['sec-fetch-mode'] === 'navigate')
}

/** The same for a page that may be asked for again. */
export const isNavigation = (head: Head): boolean =>
  (head.method === 'GET' || head.method === 'HEAD') && wantsPage(head)
