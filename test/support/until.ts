import {setTimeout as sleep} from 'node:timers/promises'

/** Less than AVA waits before it ends the whole run, with all other files. */
const longestMs = 90_000

/** Waits for a condition that nothing announces. */
export const until = async (holds: () => Promise<boolean>): Promise<void> => {
  const endMs = Date.now() + longestMs
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error(`not so within ${longestMs / 1000} s: ${holds.toString()}`)
    await sleep(50)
  }
}
