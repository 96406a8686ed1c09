import {Agent, get, type RequestOptions} from 'node:http'

/** What clients saw. */
export interface TrafficReport {
  served: number
  /** why, each; the first 20 */
  failures: readonly string[]
  failed: number
  slowestMs: number
  /** per release, the different answers it gave */
  answers: ReadonlyMap<string, ReadonlySet<string>>
}

export interface Traffic extends AsyncDisposable {
  report(): TrafficReport
  /** Resolves with the time (epoch ms) of the first answer of a release, at once if there was one. */
  firstAnswer(release: string, signal: AbortSignal): Promise<number>
}

const requestsPerSecond = 100
const requestTimeoutMs = 10_000

/** A hundred requests per second, every other one on a new connection, until it is disposed; then those under way are waited for. */
export const startTraffic = (url: string): Traffic => {
  const {hostname, port} = new URL(url)
  const kept = new Agent({keepAlive: true, maxSockets: 8})
  const answers = new Map<string, Set<string>>()
  const firstAnswers = new Map<string, PromiseWithResolvers<number>>()
  const failures: string[] = []
  const underWay = new Set<Promise<void>>()
  let [served, failed, slowestMs, sent] = [0, 0, 0, 0]

  const firstOf = (release: string) => {
    const known = firstAnswers.get(release) ?? Promise.withResolvers<number>()
    firstAnswers.set(release, known)
    return known
  }
  const ask = async (keepAlive: boolean): Promise<void> => {
    const started = performance.now()
    try {
      // *.localhost is this machine by RFC 6761 section 6.3, but not every resolver knows.
      const {status, release, body} = await request({
        host: '127.0.0.1',
        port: Number(port),
        headers: {host: `${hostname}:${port}`},
        agent: keepAlive ? kept : new Agent(),
      })
      if (status !== 200 || !release)
        throw new Error(`status ${status}, release ${release ?? 'not told'}: ${body.slice(0, 80)}`)
      served += 1
      slowestMs = Math.max(slowestMs, performance.now() - started)
      firstOf(release).resolve(Date.now())
      answers.set(release, (answers.get(release) ?? new Set()).add(body))
    } catch (error) {
      failed += 1
      const why = error instanceof Error ? error.message : String(error)
      if (failures.length < 20)
        failures.push(`${new Date().toISOString()} ${keepAlive ? 'kept' : 'new'} connection: ${why}`)
    }
  }

  // Paced by the clock, not by the timer: what a busy machine delays is made up for.
  const began = performance.now()
  const timer = setInterval(() => {
    const due = ((performance.now() - began) / 1000) * requestsPerSecond
    for (; sent < due; sent += 1) {
      const one = ask(sent % 2 === 0).finally(() => underWay.delete(one))
      underWay.add(one)
    }
  }, 5)

  return {
    report: () => ({served, failed, failures, slowestMs, answers}),
    async firstAnswer(release, signal) {
      const gone = new Promise<never>((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error), {once: true}),
      )
      return Promise.race([firstOf(release).promise, gone])
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await Promise.all(underWay)
      kept.destroy()
    },
  }
}

interface Answer {
  status: number
  release: string | undefined
  body: string
}

const request = (options: RequestOptions): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const outgoing = get({...options, timeout: requestTimeoutMs}, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (body += chunk))
      response.on('error', reject)
      response.on('end', () => {
        const release = response.headers['x-imm-release']
        resolve({status: response.statusCode ?? 0, release: typeof release === 'string' ? release : undefined, body})
      })
    })
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer in ${requestTimeoutMs / 1000} s`)))
    outgoing.on('error', reject)
  })
