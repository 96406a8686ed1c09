import type {PreviewStatus} from '../wiring/preview/list.ts'
import type {UpResult} from '../wiring/preview/up.ts'
import {age, bytes, columnsOf, duration, table} from './formats.ts'
import {safeText} from './safe-text.ts'
import {cut} from './width.ts'

/** `imm preview list` for people. */
export const previewsText = (
  previews: readonly PreviewStatus[],
  stream: {isTTY?: boolean; columns?: number},
  nowMs: number,
): string => {
  if (previews.length === 0) return 'There are no previews. `imm preview up` brings up one of what is checked out here.'
  const rows = previews.map((one) => [
    safeText(one.name, false),
    cut(`${one.commit.slice(0, 7)} ${safeText(one.subject, false)}`, 60),
    `${one.state}${one.pinned ? ', pinned' : ''}`,
    cut(safeText(one.author, false), 20),
    age(nowMs - one.updatedMs),
    one.memoryBytes === undefined ? '' : bytes(one.memoryBytes),
    one.url ?? '',
  ])
  const rejections = previews.flatMap(({name, rejected}) =>
    rejected
      ? [
          safeText(
            `${name}: ${rejected.commit.slice(0, 7)} was rejected: ${rejected.message ?? rejected.code ?? ''}`,
            false,
          ),
        ]
      : [],
  )
  return [
    table(['REF', 'COMMIT', 'STATE', 'AUTHOR', 'UPDATED', 'MEMORY', 'ADDRESS'], rows, columnsOf(stream)),
    ...rejections,
  ].join('\n')
}

/** Of previews that should be reached and are not: why, and what brings them back. Undefined where there are none. */
export const unreachedText = (previews: readonly PreviewStatus[]): string | undefined => {
  // One that was never live has nothing to reach.
  const lost = previews.filter(({url, state}) => url === undefined && /^(?:awake|paused|asleep)$/.test(state))
  if (lost.length === 0) return undefined
  return lost.some(({proxyRuns}) => proxyRuns)
    ? `The proxy lost ${lost.map(({name}) => safeText(name, false)).join(', ')}: \`imm proxy restart\` has it look for them again, \`imm preview up\` brings them up.`
    : 'The proxy does not run: no preview is reached, and none is woken, until `imm proxy restart`, or the next `imm preview up`, `open` or `share`.'
}

/** How bringing one up ended. */
export const upText = ({record, url, outcome, timings, error}: UpResult): string => {
  const name = safeText(record.name, false)
  const commit = record.commit.slice(0, 7)
  const at = url === undefined ? '' : ` at ${url}`
  switch (outcome) {
    case 'live':
      return `${name} ${commit} is live${at}${timings ? ` (${duration(timings.total)})` : ''}`
    case 'unchanged':
      return `${name} ${commit} was live already${at}`
    case 'rejected':
      return `${name} ${commit} was rejected: ${safeText(error?.message ?? '', false)}${url === undefined ? '' : `; what was live before serves at ${url}`}`
  }
  return outcome satisfies never
}
