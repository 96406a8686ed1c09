import type {HttpCheckSettings} from '../../config/settings.ts'
import type {Address, GateAnswer} from '../ports.ts'
import type {World} from '../world.ts'
import {mismatch} from './match.ts'
import type {Finding} from './run-check.ts'

const pauseMs = 100
const shownLines = 20
const longestLine = 500

/** Asks until the answer is right, or the check's time to try again is over. */
export const ask = async (
  check: HttpCheckSettings,
  address: Address,
  {gates, clock}: World,
  signal: AbortSignal,
): Promise<Finding> => {
  const startedMs = clock.now()
  for (let tries = 1; ; tries++) {
    const answer = await gates.request(address, check, check.timeoutMs, signal)
    const reason = answer.outcome === 'failed' ? answer.detail : mismatch(answer, check.expect)
    if (reason === undefined) return {reason, output: []}
    const leftMs = startedMs + check.retryMs - clock.now()
    if (leftMs <= 0) return {reason: tries === 1 ? reason : `${reason} (asked ${tries} times)`, output: shown(answer)}
    await clock.sleep(Math.min(pauseMs, leftMs), signal)
  }
}

/** What is not right says most at its beginning. */
const shown = (answer: GateAnswer): string[] => {
  if (answer.outcome === 'failed') return []
  const lines = answer.body.trim() === '' ? [] : answer.body.trimEnd().split(/\r?\n/)
  return lines.slice(0, shownLines).map((line) => line.slice(0, longestLine))
}
