import type {ListedVolume} from '../wiring/volumes.ts'
import {age, bytes, table} from './formats.ts'

/** A line per volume, and below it one per snapshot. */
export const volumesText = (
  volumes: readonly ListedVolume[],
  sizes: boolean,
  nowMs: number,
  columns?: number,
): string => {
  const size = (count: number | undefined): string[] => (sizes ? [count === undefined ? '?' : bytes(count)] : [])
  const rows = volumes.flatMap((volume) => [
    [volume.key, ...size(volume.bytes), volume.exists ? usedText(volume) : 'gone: only its snapshots are left'],
    ...volume.snapshots.map((snapshot) => [
      `  ${volume.key}@${snapshot.name}`,
      ...size(snapshot.bytes),
      `${snapshot.kind === 'dump' ? `dump of ${snapshot.service}` : 'snapshot'}, ${age(nowMs - snapshot.createdMs)}`,
    ]),
  ])
  return table(['volume', ...(sizes ? ['size'] : []), ''], rows, columns)
}

const usedText = ({usedBy}: ListedVolume): string => (usedBy.length === 0 ? 'not used' : `used by ${usedBy.join(', ')}`)
