import type {ExecutionContext} from 'ava'

import {servers, type Server} from './compose-project.ts'
import {test} from './one-by-one.ts'

/** A test that needs images of servers; without one it is skipped, and says so. */
export const onServers = (
  needed: readonly Server[],
  title: string,
  body: (t: ExecutionContext) => Promise<void>,
): void => {
  const unset = needed.filter((name) => !servers[name]).map((name) => `IMM_TEST_BASE_${name.toUpperCase()}`)
  if (unset.length === 0) test(title, body)
  else test.skip(`${title} (skipped: ${unset.join(' and ')} not set)`, body)
}
