import {setTimeout as sleep} from 'node:timers/promises'

/** Waits for a condition that nothing announces; the test's own timeout bounds it. */
export const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await sleep(50)
}
