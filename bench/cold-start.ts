import {performance} from 'node:perf_hooks'

import {execa} from 'execa'

import {median, ms} from './statistics.ts'

const rounds = 15

export interface ColdStart {
  what: string
  medianMs: number
  /** beyond what Node itself needs to start, in the same run */
  overNodeMs: number
}

/** How long commands take from nothing to their end, one after the other in turns, so that noise hits all alike. */
export const measureColdStart = async (imm: string, env: Record<string, string>): Promise<ColdStart[]> => {
  const commands = {
    'node -e 0': ['-e', '0'],
    'imm --version': [imm, '--version'],
    'imm --help': [imm, '--help'],
    'imm status': [imm, 'status'],
  }
  const times = new Map<string, number[]>(Object.keys(commands).map((what) => [what, []]))
  for (let round = 0; round <= rounds; round++)
    for (const [what, args] of Object.entries(commands)) {
      const startedMs = performance.now()
      await execa(process.execPath, args, {env})
      // The first round fills the compile cache and the disk's.
      if (round > 0) times.get(what)?.push(performance.now() - startedMs)
    }
  const nodeMs = median(times.get('node -e 0') ?? [])
  return [...times].map(([what, values]) => ({what, medianMs: median(values), overNodeMs: median(values) - nodeMs}))
}

export const coldStartTable = (rows: readonly ColdStart[]): string =>
  [
    '| command | median | over `node -e 0` |',
    '| --- | ---: | ---: |',
    ...rows.map(({what, medianMs, overNodeMs}) => `| \`${what}\` | ${ms(medianMs)} | ${ms(overNodeMs)} |`),
  ].join('\n')
