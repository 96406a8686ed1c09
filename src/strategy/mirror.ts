import type {MirrorSettings} from './settings.ts'
import type {Situation, Step} from './step.ts'

const lookMs = 250

const whyRefused = ({requests, differing}: {requests: number; differing: number}): string =>
  `${differing} of ${requests} compared answers differ from those of the live release`

/** The phase before a candidate's first client, in which it answers copies of their requests; undefined once that is over. */
export const mirror = (
  {share, timeMs, requests, reject}: MirrorSettings,
  {live, mirror: now, asked}: Situation,
): Step | undefined => {
  if (live === 0) return undefined
  if (now.state === 'not yet') return {do: 'mirror', share}
  const refused = reject && now.differing > 0
  if (now.state === 'over') return refused ? {do: 'abort', code: 'MIRROR_DIFFERS', why: whyRefused(now)} : undefined
  const leftMs = timeMs - now.sinceMs
  const over = leftMs <= 0 || now.requests >= requests || refused || asked === 'promote'
  return over ? {do: 'report'} : {do: 'wait', ms: Math.min(lookMs, leftMs)}
}
