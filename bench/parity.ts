import {spawn} from 'node:child_process'
import {createReadStream} from 'node:fs'
import {mkdtempDisposable, readFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {performance} from 'node:perf_hooks'

import {writeArchive} from './parity-archive.ts'
import {median, ms} from './statistics.ts'
import {table} from './table.ts'

const rounds = 3

/** `npm run bench parity`: two images that differ in one file are compared, beside reading their archives once. */
export const benchParity = async (imm: string, megabytes: number, say: (line: string) => void): Promise<string> => {
  await using directory = await mkdtempDisposable(path.join(tmpdir(), 'imm-bench-parity-'))
  say(`two archives of ${megabytes} MB`)
  const a = await writeArchive(directory.path, 'a', megabytes, 'one')
  const b = await writeArchive(directory.path, 'b', megabytes, 'two')
  const env = {...process.env, IMM_HOME: path.join(directory.path, 'home')}
  const reads: number[] = []
  const runs: {ms: number; bytes: number}[] = []
  const locks: {ms: number; bytes: number}[] = []
  for (let round = 0; round < rounds; round++) {
    reads.push(await timed(async () => Promise.all([read(a), read(b)])))
    const lock = path.join(directory.path, 'imm.lock')
    locks.push(await run([imm, 'parity', 'lock', `archive:${a}`, '-o', lock], env, 0))
    runs.push(await run([imm, 'parity', `archive:${a}`, `archive:${b}`], env, 2))
    say(`  read ${ms(reads.at(-1) ?? 0)}, compared in ${ms(runs.at(-1)?.ms ?? 0)}`)
  }
  const floor = median(reads)
  const row = (title: string, of: typeof runs): string[] => {
    const time = median(of.map((each) => each.ms))
    return [
      title,
      ms(time),
      `${(time / floor).toFixed(1)} x`,
      `${Math.round(Math.max(...of.map(({bytes}) => bytes)) / 1e6)} MB`,
    ]
  }
  return table(
    [`two images of ${megabytes} MB`, 'time, median', 'of reading both', 'memory, peak'],
    [
      ['both archives read once, at the same time', ms(floor), '1.0 x', ''],
      row('`imm parity archive:a archive:b`, which names the file', runs),
      row('`imm parity lock archive:a`: one of them', locks),
    ],
  )
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const startedMs = performance.now()
  await work()
  return performance.now() - startedMs
}

const read = async (file: string): Promise<number> => {
  let bytes = 0
  for await (const chunk of createReadStream(file, {highWaterMark: 256 * 1024})) bytes += (chunk as Buffer).length
  return bytes
}

/** Linux alone tells what a process has held at the most. */
const run = async (args: string[], env: NodeJS.ProcessEnv, expected: number): Promise<{ms: number; bytes: number}> => {
  let bytes = 0
  const time = await timed(async () => {
    const child = spawn(process.execPath, args, {env, stdio: ['ignore', 'ignore', 'inherit']})
    const timer = setInterval(() => {
      readFile(`/proc/${child.pid}/status`, 'utf8').then(
        (text) => (bytes = Number(/VmHWM:\s+(\d+) kB/.exec(text)?.[1] ?? 0) * 1024 || bytes),
        () => undefined,
      )
    }, 20)
    const code = await new Promise((resolve) => child.once('exit', resolve))
    clearInterval(timer)
    if (code !== expected) throw new Error(`imm ${args.slice(1).join(' ')} ended with ${String(code)}`)
  })
  return {ms: time, bytes}
}
