import {sharedLabels} from '../../release/services.ts'
import type {Instance} from '../ports.ts'
import type {VolumesAt} from './at.ts'
import {isAwake} from './users.ts'

const isReady = (one: Instance): boolean => isAwake(one) && one.health !== 'starting'

const longestMs = 60_000
const againMs = 200

/** What a container is for, whichever it is. */
const placeOf = ({labels}: Instance): string =>
  `${labels['imm.role']} ${labels['imm.service'] ?? labels['imm.app']} ${labels['imm.release'] ?? ''}`

const names = (ones: readonly Instance[]): string[] =>
  [...new Set(ones.map(({labels, name}) => labels['imm.service'] ?? labels['imm.app'] ?? name))].toSorted()

/** Waits until others are in the place of containers that were taken away; the names of those that came. */
export const untilBack = async (
  removed: readonly Instance[],
  {engine, clock, id, lookedAfter, tell}: VolumesAt,
  signal: AbortSignal,
): Promise<string[]> => {
  const isExpected = async (one: Instance) => one.labels['imm.role'] === 'service' || lookedAfter(one, signal)
  const expected = (await Promise.all(removed.map(async (one) => ((await isExpected(one)) ? [one] : [])))).flat()
  const lost = removed.filter((one) => !expected.includes(one))
  if (lost.length > 0)
    tell({type: 'warning', message: `nobody looks after ${names(lost).join(', ')}: \`imm dev\` starts it again`})
  const deadlineMs = clock.now() + longestMs
  for (;;) {
    const running = new Set((await engine.instances(sharedLabels(id), signal)).filter(isReady).map(placeOf))
    const missing = expected.filter((one) => !running.has(placeOf(one)))
    if (missing.length === 0) return names(expected)
    if (clock.now() > deadlineMs) {
      tell({
        type: 'warning',
        message: `${names(missing).join(', ')} did not come back within a minute: see \`imm status\``,
      })
      return names(expected.filter((one) => !missing.includes(one)))
    }
    await clock.sleep(againMs, signal)
  }
}
