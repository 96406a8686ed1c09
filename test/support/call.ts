import {request} from 'node:http'

export interface Called {
  status: number
  /** what the application says in `x-version`, and where it asks an API, that one in `x-api-version` */
  version: string
  apiVersion: string
  /** of `x-imm-release`; empty where it is not told */
  release: string
  body: string
}

export interface Call {
  /** `http://127.0.0.1:7070` */
  origin: string
  /** Host header: not every resolver knows *.localhost */
  host?: string
  method?: 'GET' | 'POST'
  path?: string
}

/** One request on a connection of its own, and all of its answer. */
export const call = async ({origin, host, method = 'GET', path = '/'}: Call): Promise<Called> =>
  new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : {host}
    const outgoing = request(`${origin}${path}`, {method, headers, agent: false}, (response) => {
      const said = (name: string) => String(response.headers[name] ?? '')
      let body = ''
      response.setEncoding('utf8').on('data', (part: string) => (body += part))
      response.on('error', reject).on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          version: said('x-version'),
          apiVersion: said('x-api-version'),
          release: said('x-imm-release'),
          body,
        }),
      )
    })
    outgoing.on('error', reject).end()
  })

/** `rows` of an answer in JSON: how much is there. */
export const rowsOf = async (one: Call): Promise<number> => {
  const {status, body} = await call(one)
  if (status !== 200) throw new Error(`${one.path} answers ${status}: ${body}`)
  return (JSON.parse(body) as {rows: number}).rows
}
