import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {text} from 'node:stream/consumers'

export interface ForgeComment {
  id: number
  body: string
  user?: {id: number; type: string; login: string}
  author?: {id: number}
}

export interface Forge extends AsyncDisposable {
  /** base of its API */
  api: string
  comments: ForgeComment[]
  /** `GET /user`, with the number of the page */
  calls: string[]
  /** headers of the last call */
  headers: IncomingMessage['headers']
  /** status for calls whose line begins so */
  refuse: Map<string, number>
}

interface ForgeOptions {
  gitlab?: boolean
  /** all comments at once, for any page */
  unpaged?: boolean
  /** id of the token's account; undefined: it may not ask */
  me?: number
}

/** The part of a forge's API that is for comments. */
export const openForge = async ({gitlab = false, unpaged = false, me}: ForgeOptions = {}): Promise<Forge> => {
  const comments: ForgeComment[] = []
  const calls: string[] = []
  const refuse = new Map<string, number>()
  const writer = gitlab ? {author: {id: me ?? 99}} : {user: {id: me ?? 99, type: 'Bot', login: 'github-actions[bot]'}}
  const answer = (method: string, url: URL, body: string): unknown => {
    if (url.pathname.endsWith('/user')) return {id: me, login: 'me'}
    if (method === 'GET') {
      const page = Number(url.searchParams.get('page'))
      return unpaged ? comments : comments.slice((page - 1) * 100, page * 100)
    }
    const {body: sent} = JSON.parse(body) as {body: string}
    if (method === 'POST') return comments[comments.push({id: 1000 + comments.length, body: sent, ...writer}) - 1]
    const changed = comments.find(({id}) => url.pathname.endsWith(`/${id}`))
    if (changed) changed.body = sent
    return changed
  }
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request)
    const {method = '', url = ''} = request
    const line = `${method} ${url}`
    calls.push(line)
    forge.headers = request.headers
    const refused = [...refuse].find(([start]) => line.startsWith(start))?.[1]
    const status = refused ?? (url === '/user' && me === undefined ? 403 : 200)
    response.writeHead(status, {'content-type': 'application/json', ...(status === 302 ? {location: '/else'} : {})})
    response.end(JSON.stringify(status === 200 ? answer(method, new URL(url, 'http://forge'), body) : {}))
  }
  const server = createServer((request, response) => void serve(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const forge: Forge = {
    api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments,
    calls,
    headers: {},
    refuse,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return forge
}
