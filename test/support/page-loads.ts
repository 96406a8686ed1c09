import {Agent, request} from 'node:http'
import {setTimeout as sleep} from 'node:timers/promises'

import {until} from './until.ts'

export interface PageLoad {
  /** of the page and of each answer to it, in order */
  versions: readonly string[]
  /** a newer page was there by its end */
  isAcross: boolean
}

export interface PageLoads extends AsyncDisposable {
  readonly loads: readonly PageLoad[]
  readonly failures: readonly string[]
  /** Resolves after so many more loads. */
  loaded(count: number): Promise<void>
  stop(): Promise<void>
}

interface Place {
  origin: string
  host: string
}

const callsOfPage = 4
const pauseMs = 8

/** Browsers that load a page, and have it ask the API with the cookie that it came with, over and over until they are stopped. */
export const pageLoads = (page: Place, api: Place, visitors = 6): PageLoads => {
  const loads: PageLoad[] = []
  const failures: string[] = []
  const over = new AbortController()
  let newest = 0

  const visit = async (): Promise<void> => {
    const agent = new Agent({keepAlive: true})
    let cookie = ''
    while (!over.signal.aborted) {
      try {
        const first = await get(page, '/', {accept: 'text/html', 'sec-fetch-mode': 'navigate', cookie}, agent)
        if (first.cookie) cookie = first.cookie
        const answers = [first]
        newest = Math.max(newest, Number(first.version))
        for (let each = 0; each < callsOfPage; each++) {
          await sleep(pauseMs)
          answers.push(await get(api, `/items/${each}`, {cookie}, agent))
        }
        failures.push(...answers.filter(({status}) => status !== 200).map(({status, body}) => `${status}: ${body}`))
        loads.push({
          versions: answers.map(({version}) => version),
          isAcross: Number(first.version) < newest,
        })
      } catch (error) {
        failures.push(String(error))
        await sleep(pauseMs)
      }
    }
    agent.destroy()
  }

  const visiting = Array.from({length: visitors}, visit)
  const stop = async () => {
    over.abort()
    await Promise.all(visiting)
  }
  return {
    loads,
    failures,
    async loaded(count) {
      const target = loads.length + count
      await until(async () => loads.length >= target)
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

const get = async (
  {origin, host}: Place,
  path: string,
  headers: Record<string, string>,
  agent: Agent,
): Promise<{status: number; version: string; cookie: string | undefined; body: string}> =>
  new Promise((resolve, reject) => {
    request(`${origin}${path}`, {headers: {host, ...headers}, agent}, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (part: string) => (body += part))
      response.on('error', reject).on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          version: String(response.headers['x-version'] ?? ''),
          cookie: response.headers['set-cookie']?.find((each) => each.startsWith('imm-set='))?.split(';')[0],
          body,
        }),
      )
    })
      .on('error', reject)
      .end()
  })
