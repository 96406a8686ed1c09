import type {IncomingMessage} from 'node:http'

type Head = Pick<IncomingMessage, 'method' | 'headers'>

/** Whether a person looks at the answer: a browser that goes to a page, or a frame's. What a page's scripts fetch is theirs, HTML too. */
export const wantsPage = ({headers}: Head): boolean => {
  const destination = headers['sec-fetch-dest']
  if (destination !== undefined)
    return destination === 'document' || destination === 'iframe' || destination === 'frame'
  return headers.accept?.includes('text/html') ?? false
}

/** The same for a page that may be asked for again. */
export const isNavigation = (head: Head): boolean =>
  (head.method === 'GET' || head.method === 'HEAD') && wantsPage(head)
