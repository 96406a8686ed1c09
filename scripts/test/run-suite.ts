import {mkdtempDisposable, readFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import {execa} from 'execa'

import {failedFiles} from './failed-files.ts'
import type {Output} from './held-output.ts'
import {section} from './section.ts'
import type {Suite} from './suites.ts'
import {totalsOf, type AvaStats, type Totals} from './totals.ts'

export interface SuiteResult {
  totals: Totals
  ok: boolean
  /** to be run again by themselves */
  failed: readonly string[]
}

/** One run of AVA, whose report goes to the terminal and whose figures come back. */
export const runSuite = async (
  suite: Suite,
  env: Record<string, string>,
  cancelSignal: AbortSignal,
  output?: Output,
): Promise<SuiteResult> => {
  await using directory = await mkdtempDisposable(path.join(tmpdir(), 'imm-totals-'))
  const file = path.join(directory.path, 'totals.json')
  const run = async () => {
    const ava = execa('ava', ['--config', suite.config, ...suite.args], {
      preferLocal: true,
      stdio: ['ignore', ...(output ? (['pipe', 'pipe'] as const) : (['inherit', 'inherit'] as const))],
      buffer: false,
      reject: false,
      cancelSignal,
      env: {...env, IMM_TEST_TOTALS: file},
    })
    for (const stream of [ava.stdout, ava.stderr]) stream?.on('data', (chunk: Buffer) => output?.write(chunk))
    return ava
  }
  const {failed} = await section(suite.title, run, output)
  cancelSignal.throwIfAborted()
  const stats = await readStats(file)
  const totals = totalsOf(stats)
  // AVA calls it a failure when `--match` fits nothing in this half of the tests.
  const nothingMatched = suite.args.length > 0 && stats.selectedTests === 0 && totals.failed === 0
  return {
    totals: failed && !nothingMatched && totals.failed === 0 ? {...totals, failed: 1} : totals,
    ok: !failed || nothingMatched,
    failed: failed ? failedFiles(stats) : [],
  }
}

const readStats = async (file: string): Promise<AvaStats> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as AvaStats
  } catch {
    return {}
  }
}
