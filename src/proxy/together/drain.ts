import {setTimeout as sleep} from 'node:timers/promises'

import type {LongLivedKind} from '../../lifecycle/ports.ts'
import {drainLane} from '../drain.ts'
import type {Lane} from '../lane.ts'
import {pageLookMs, pageQuietMs} from '../limits.ts'
import {closeLongLived} from '../long-lived.ts'
import {lanesWithPart} from '../routes.ts'
import type {Route} from '../routes.ts'
import {beginPages, endPages} from './group.ts'
import type {Group} from './group.ts'

/** As `drainLane`, but not over while pages that came with the lane's release still ask for more, up to the deadline. */
export const drainAfterPages = async (
  route: Route,
  group: Group,
  lane: Lane,
  drainMs: number,
  signal: AbortSignal,
  closes: readonly LongLivedKind[] = [],
): Promise<{drainMs: number; cut: number}> => {
  if (lanesWithPart(route).includes(lane)) return drainLane(lane, drainMs, signal, closes)
  const startMs = performance.now()
  closeLongLived(lane, closes)
  beginPages(lane)
  for (;;) {
    const leftMs = startMs + drainMs - performance.now()
    if (leftMs <= 0 || !isAskedFor(route, group, lane)) break
    await sleep(Math.min(leftMs, pageLookMs), undefined, {signal})
  }
  // In the step in which its drain goes on: nothing comes to it any more.
  endPages(group, lane)
  const passedMs = performance.now() - startMs
  const {cut} = await drainLane(lane, Math.max(0, drainMs - passedMs), signal, closes)
  return {drainMs: Math.round(performance.now() - startMs), cut}
}

const isAskedFor = (route: Route, group: Group, lane: Lane): boolean =>
  group.old
    .filter(({pools}) => pools.get(route)?.some(({lanes}) => lanes.includes(lane)))
    .some(({loading, usedMs}) => loading > 0 || performance.now() - usedMs < pageQuietMs)
