import {createServer} from 'node:http'
import type {RequestListener} from 'node:http'
import type {AddressInfo} from 'node:net'

import type {ExecutionContext} from 'ava'

import type {ReplaySettings} from '../../../src/config/parity.ts'
import {entryOf} from '../../../src/parity/har/entry.ts'
import type {Har} from '../../../src/parity/har/har.ts'
import {replay, type ReplayOptions} from '../../../src/parity/replay/replay.ts'
import type {ReplaySide} from '../../../src/parity/replay/side.ts'
import {exchange} from '../har/exchange.ts'

/** An application on a port of its own, gone with the test. */
export const startSide = async (t: ExecutionContext, name: string, listener: RequestListener): Promise<ReplaySide> => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return {name, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`}
}

export type Given = NonNullable<Parameters<typeof exchange>[0]>

export const harOf = async (...given: readonly (string | Given)[]): Promise<Har> => ({
  creator: 'test',
  entries: await Promise.all(
    given.map(async (each) =>
      entryOf(exchange(typeof each === 'string' ? {url: `http://shop.localhost:7070${each}`} : each)),
    ),
  ),
})

export const settingsOf = (
  more: Partial<Omit<ReplaySettings, 'ignore'>> & {ignore?: Partial<ReplaySettings['ignore']>} = {},
): ReplaySettings => ({
  redact: more.redact ?? [],
  unordered: more.unordered ?? [],
  ignore: {headers: [], fields: [], paths: [], ...more.ignore},
})

export const run = async (
  har: Har,
  [a, b]: readonly [ReplaySide, ReplaySide],
  settings: Parameters<typeof settingsOf>[0] = {},
  options: ReplayOptions = {},
) => replay(har, a, b, settingsOf(settings), options, new AbortController().signal)

/** Rule and subject of each. */
export const told = ({findings}: Awaited<ReturnType<typeof run>>): string[] =>
  findings.map(({rule, subject}) => `${rule} ${subject}`)

export const json =
  (body: (url: string) => unknown): RequestListener =>
  ({url = ''}, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(body(url)))
  }

export const page =
  (html: () => string): RequestListener =>
  (_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(html())
  }
