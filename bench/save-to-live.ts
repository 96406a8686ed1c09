import {randomBytes} from 'node:crypto'
import {cp, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {get} from 'node:http'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {performance} from 'node:perf_hooks'
import {setTimeout as sleep} from 'node:timers/promises'

import {execa} from 'execa'

import {median, ms, quantile} from './statistics.ts'

const saves = 20
const askEveryMs = 5
const restMs = 600
const giveUpMs = 30_000

export interface SaveToLive {
  what: string
  medianMs: number
  p95Ms: number
  /** requests that failed while a save went live, of all saves together */
  failed: number
}

interface Subject {
  what: string
  args: readonly string[]
  env: Record<string, string>
  url: URL
  host: string
}

/** From the save of a file to the first answer with its content, asked every 5 ms on a new connection. */
export const measureSaveToLive = async (fixture: string, imm: string, image: string): Promise<SaveToLive[]> => {
  const place = await mkdtemp(path.join(tmpdir(), 'imm-bench-'))
  // A name of its own: what an interrupted bench left belongs to another home, and imm keeps out of its way.
  const project = `bench-${randomBytes(3).toString('hex')}`
  const directory = path.join(place, project)
  await cp(fixture, directory, {recursive: true})
  try {
    const [appPort, proxyPort] = [await freePort(), await freePort()]
    const rows: SaveToLive[] = []
    const watch = ['--watch', '--watch-path=src', 'src/server.js']
    const own = {url: new URL(`http://127.0.0.1:${appPort}`), host: `localhost:${appPort}`}
    rows.push(await measure({what: 'node --watch', args: watch, env: {PORT: String(appPort)}, ...own}, directory))
    const env = {IMM_HOME: path.join(place, 'home'), IMM_PROXY_PORT: String(proxyPort)}
    const dev = [imm, 'dev', '--build-arg', `NODE_IMAGE=${image}`, '--project', project]
    const proxied = {url: new URL(`http://127.0.0.1:${proxyPort}`), host: `${project}.localhost:${proxyPort}`}
    rows.push(await measure({what: 'imm dev', args: dev, env, ...proxied}, directory))
    await execa(process.execPath, [imm, 'down', '--project', project, '--volumes'], {
      cwd: directory,
      env,
      reject: false,
    })
    return rows
  } finally {
    await rm(place, {recursive: true, force: true})
  }
}

const measure = async ({what, args, env, url, host}: Subject, directory: string): Promise<SaveToLive> => {
  const child = execa(process.execPath, [...args], {
    cwd: directory,
    env,
    reject: false,
    stdout: 'ignore',
    stdin: 'ignore',
  })
  try {
    const ask = async () => answerOf(url, host)
    await until(ask, (text) => text !== undefined && text.length > 0)
    const times: number[] = []
    let failed = 0
    for (let save = 0; save < saves; save++) {
      await sleep(restMs)
      const content = `${what}, save ${save}`
      const file = path.join(directory, 'src', 'greeting.txt')
      // In place, not by a rename as many editors do: node --watch misses some of those.
      const savedMs = performance.now()
      await writeFile(file, `${content}\n`)
      failed += await until(ask, (text) => text?.trim() === content)
      times.push(performance.now() - savedMs)
    }
    return {what, medianMs: median(times), p95Ms: quantile(times, 0.95), failed}
  } finally {
    child.kill('SIGINT')
    await child
  }
}

/** Asks until the answer is right, and says how many requests failed on the way. */
const until = async (
  ask: () => Promise<string | undefined>,
  right: (text: string | undefined) => boolean,
): Promise<number> => {
  const deadlineMs = performance.now() + giveUpMs
  let failed = 0
  for (;;) {
    const text = await ask()
    if (right(text)) return failed
    if (text === undefined) failed += 1
    if (performance.now() > deadlineMs) throw new Error(`no right answer within ${giveUpMs} ms; the last was ${text}`)
    await sleep(askEveryMs)
  }
}

/** The body of a 200; undefined for anything else. */
const answerOf = async (url: URL, host: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    get(url, {agent: false, headers: {host}}, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => resolve(response.statusCode === 200 ? text : undefined))
      response.on('error', () => resolve(undefined))
    }).on('error', () => resolve(undefined))
  })

const freePort = async (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

export const saveToLiveTable = (rows: readonly SaveToLive[]): string =>
  [
    '| | save to first answer, median | p95 | failed requests in 20 saves |',
    '| --- | ---: | ---: | ---: |',
    ...rows.map(({what, medianMs, p95Ms, failed}) => `| \`${what}\` | ${ms(medianMs)} | ${ms(p95Ms)} | ${failed} |`),
  ].join('\n')
