import {setTimeout as sleep} from 'node:timers/promises'

import {call} from '../test/support/call.ts'
import {applicationsOf} from '../test/support/engine-socket.ts'
import {immEnv, immIn, jsonLines} from '../test/support/imm.ts'
import {testProject} from '../test/support/project.ts'
import {freePort} from '../test/support/traffic-port.ts'
import {developer} from './branches/developer.ts'
import {leftovers} from './branches/leftovers.ts'
import {names as namesOf} from './branches/names.ts'
import {operations} from './branches/operations.ts'
import {random} from './branches/random.ts'
import {startServe, type ServeLine} from './branches/serve.ts'
import {visitors} from './branches/visitors.ts'
import {median, ms, quantile} from './statistics.ts'
import {table} from './table.ts'

export interface BranchesOptions {
  branches: number
  operations: number
  seed: number
}

/** Nothing is watched after its flip, nobody rests: it is about what git says. The rest is as it is by default. */
const settings = `guard: false
health: /health
volumes: ['data:/data']
previews: {idle: never, pause: never, max: {running: 1000}}`

// Of all of them, one after the other.
const settleTimeoutMs = 300_000
const longestPauseMs = 1000

interface Listed {
  name: string
  commit: string
  url?: string
}

/** `npm run bench branches`: serve on so many branches, so many random git operations with requests all the while, kill -9 of serve and of the proxy, and what is there at the end. */
export const benchBranches = async (options: BranchesOptions, say: (line: string) => void): Promise<string> => {
  const {below, oneOf} = random(options.seed)
  await using project = await testProject({settings})
  const env = {...immEnv(project), IMM_PROXY_PORT: String(await freePort())}
  const imm = async (...args: string[]) => immIn(project, {env}, ...args)
  const git = await developer(project)
  const names = namesOf(options.branches)
  const contents = new Map<string, Set<string>>()
  const remember = (): void => {
    for (const [name, {content}] of git.branches) contents.set(name, (contents.get(name) ?? new Set()).add(content))
  }
  await using people = visitors((name, body) => contents.get(name)?.has(body) ?? false)
  const states = new Map<string, number>()
  const times: number[] = []
  const warnings: string[] = []
  let leaving: string | undefined
  const comeTo = ({name, commit, url}: Pick<ServeLine, 'name' | 'commit' | 'url'>): void => {
    if (name !== undefined && name !== leaving && url && git.branches.get(name)?.commit === commit)
      people.come(name, url)
  }
  const onLine = (line: ServeLine): void => {
    const {type, state, action, name, code, message} = line
    if (type === 'warning') warnings.push(`${code ?? ''} ${message}`)
    if (type !== 'preview' || state === undefined) return
    states.set(state, (states.get(state) ?? 0) + 1)
    if (state === 'rejected' || state === 'failed') warnings.push(`${action} of ${name}: ${code} ${message}`)
    if (state !== 'live') return
    times.push(line.ms ?? 0)
    comeTo(line)
  }
  const list = async () => jsonLines((await imm('preview', 'list', '--json')).stdout) as unknown as Listed[]
  let serve = startServe({directory: project.directory, env}, onLine)
  const settle = async (): Promise<number> => {
    const startedMs = performance.now()
    for (;;) {
      const {exitCode, stdout} = await imm('preview', 'plan', '--json')
      if (exitCode === 0) return performance.now() - startedMs
      if (serve.ended()) throw new Error(`serve ended: ${await serve.end('SIGINT')}`)
      if (performance.now() - startedMs > settleTimeoutMs)
        throw new Error(`it does not settle:\n${stdout}\n${warnings.join('\n')}`)
      await sleep(500)
    }
  }
  const rows: [string, string][] = []
  const row = (what: string, figure: string | number): void => {
    rows.push([what, String(figure)])
    say(`  ${what}: ${figure}`)
  }

  try {
    for (const name of names) await git.push(name)
    remember()
    row(`${names.length} branches, until all are there`, ms(await settle()))
    const killServeAt = Math.floor(options.operations / 3)
    const killProxyAt = Math.floor((options.operations * 2) / 3)
    const next = operations(git, names, {below, oneOf})
    const kinds = new Map<string, number>()
    let outageMs = Promise.resolve(0)
    for (let at = 1; at <= options.operations; at++) {
      const {kind, name, run} = next()
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
      if (kind === 'delete' || kind === 'rename') {
        leaving = name
        await people.leave(name)
      }
      await run()
      leaving = undefined
      remember()
      if (at === killServeAt) {
        // Time to see it: in the middle of it.
        await sleep(1500)
        await serve.end('SIGKILL')
      }
      if (at === killServeAt + 3) {
        serve = startServe({directory: project.directory, env}, onLine)
        for (const listed of await list()) comeTo(listed)
      }
      if (at === killProxyAt) {
        const [proxy] = jsonLines((await imm('proxy', 'status', '--json')).stdout)
        outageMs = people.without(() => process.kill(Number(proxy?.['pid']), 'SIGKILL'))
      }
      if (below(10) === 0) await settle()
      else await sleep(below(longestPauseMs))
      if (at % 20 === 0)
        say(`  ${at} operations: ${people.report.answers} answers, ${people.report.failures.length} failed`)
    }
    row(
      `${options.operations} operations (${[...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ')})`,
      'done',
    )
    row('after the last, until the previews are the branches', ms(await settle()))
    row('an update, from its begin until it is live, median', ms(median(times)))
    row('95 %', ms(quantile(times, 0.95)))
    row('what serve did', [...states].map(([state, count]) => `${count} ${state}`).join(', '))
    row('without an answer after kill -9 of the proxy', ms(await outageMs))
    await people[Symbol.asyncDispose]()
    row('requests answered', people.report.answers)
    row('requests failed', people.report.failures.length)
    row('requests refused while there was no proxy', people.report.refused)

    const listed = await list()
    const wrong: string[] = []
    for (const name of git.branches.keys())
      if (!listed.some((one) => one.name === name)) wrong.push(`${name} has no preview`)
    for (const {name, commit, url} of listed) {
      const branch = git.branches.get(name)
      const {host, port} = new URL(url ?? 'http://nowhere.invalid')
      const body = branch && (await call({origin: `http://127.0.0.1:${port}`, host})).body.trim()
      if (branch?.commit !== commit || body !== branch.content) wrong.push(`${name} at ${commit} answers ${body}`)
    }
    row('previews', listed.length)
    row('branches that have none, or another content', wrong.length)
    row('containers beside one for each', (await applicationsOf(project.name)).length - listed.length)
    await serve.end('SIGINT')
    const down = await imm('preview', 'down', '--all')
    if (down.exitCode !== 0) wrong.push(down.stderr)
    const left = await leftovers(project)
    const [proxy] = jsonLines((await imm('proxy', 'status', '--json')).stdout)
    const routes = (proxy?.['routes'] as unknown[] | undefined) ?? []
    row(
      'left after `imm preview down --all`',
      Object.entries({...left, routes: routes.length})
        .map(([what, count]) => `${count} ${what}`)
        .join(', '),
    )
    for (const line of [...wrong, ...warnings, ...people.report.failures]) say(`  ${line}`)
  } finally {
    await serve[Symbol.asyncDispose]()
    await imm('preview', 'down', '--all')
    await imm('proxy', 'stop')
  }
  return table([`seed ${options.seed}`, ''], rows)
}
