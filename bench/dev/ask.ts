import {get} from 'node:http'
import {createServer} from 'node:net'
import {setTimeout as sleep} from 'node:timers/promises'

export interface Place {
  url: URL
  host: string
}

const askEveryMs = 5
const giveUpMs = 300_000

/** Asks on a new connection every 5 ms until the answer is right, and says how many requests failed on the way. */
export const askUntil = async (place: Place, right: (text: string) => boolean): Promise<number> => {
  const deadlineMs = performance.now() + giveUpMs
  let failed = 0
  for (;;) {
    const text = await answerOf(place)
    if (text !== undefined && right(text)) return failed
    if (text === undefined) failed += 1
    if (performance.now() > deadlineMs) throw new Error(`no right answer within ${giveUpMs} ms; the last was ${text}`)
    await sleep(askEveryMs)
  }
}

/** The body of a 200; undefined for anything else. */
const answerOf = async ({url, host}: Place): Promise<string | undefined> =>
  new Promise((resolve) => {
    get(url, {agent: false, headers: {host}}, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => resolve(response.statusCode === 200 ? text : undefined))
      response.on('error', () => resolve(undefined))
    }).on('error', () => resolve(undefined))
  })

export const freePort = async (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
