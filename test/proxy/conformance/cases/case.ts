/** One conversation on a bare connection. The last message says `Connection: close`, or the proxy closes by itself. */
export interface RequestCase {
  what: string
  /** latin1, sent as it is */
  send: string
  /** statuses of the answers */
  answers: readonly number[]
  /** `METHOD target body` of each whole request that the application gets */
  reaches: readonly string[]
  /** the head is passed on before the fault shows: the application gets a request that never becomes whole */
  partly?: true
}

export const host = 'shop.localhost'

/** A second request, as an attacker hides it in the body of the first. */
export const smuggled = `GET /smuggled HTTP/1.1\r\nHost: ${host}\r\n\r\n`
/** What honest clients send last. */
export const last = `GET /last HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`

export const get = (...fields: string[]): string => head('GET /first HTTP/1.1', fields)
export const post = (...fields: string[]): string => head('POST /first HTTP/1.1', fields)
const head = (start: string, fields: readonly string[]): string =>
  `${[start, `Host: ${host}`, ...fields].join('\r\n')}\r\n\r\n`

/** The proxy answers with the status, closes, and the application hears neither of it nor of what was sent with it. */
export const refused = (what: string, send: string, status = 400): RequestCase => ({
  what,
  send: send + last,
  answers: [status],
  reaches: [],
})

/** The application gets the request, and whatever was sent after it does not become another. */
export const accepted = (what: string, send: string, ...reaches: string[]): RequestCase => ({
  what,
  send: send + last,
  answers: [...reaches.map(() => 200), 200],
  reaches: [...reaches, 'GET /last '],
})

/** The same, where whatever comes after it reaches nobody: the connection ends with the answer. */
export const lastOne = (what: string, send: string, ...reaches: string[]): RequestCase => ({
  what,
  send: send + smuggled,
  answers: reaches.map(() => 200),
  reaches,
})

/** As it stands in a title: spaces can be seen, and what AVA would fold stays apart. */
export const shown = (text: string): string => JSON.stringify(text).replaceAll(' ', '␠')
