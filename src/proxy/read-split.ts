import type {Portion, Split} from '../lifecycle/ports.ts'
import type {AppId} from '../release/identity.ts'
import {readList, readNumber, readRecord, readTarget, readText, wrong} from './record.ts'

const roundingError = 1e-6

/** A split as it comes over the socket. USAGE for shares that don't add up, and for a release that is in it twice. */
export const readSplit = (value: unknown): Split => {
  const record = readRecord(value, 'split')
  const [first, ...others] = readList(record, 'portions').map(readPortion)
  const weights = [first, ...others].map((portion) => portion?.weight ?? 0)
  const sum = weights.reduce((total, weight) => total + weight, 0)
  if (first === undefined || first.weight === 0 || Math.abs(sum - 1) > roundingError) throw wrong('weights', weights)
  const mirror = record['mirror'] === undefined || record['mirror'] === null ? undefined : readMirror(record['mirror'])
  const releases = [first, ...others, ...(mirror === undefined ? [] : [mirror])].map(releaseOf)
  // Names lead to one of them, and counts are by name.
  if (new Set(releases).size < releases.length) throw wrong('releases', releases)
  return {portions: [first, ...others], mirror}
}

/** What one route gets of a split of several. */
export const readPart = (value: unknown): {app: AppId; split: Split} => {
  const record = readRecord(value, 'part')
  const id = readRecord(record['id'], 'id')
  const app = {
    project: readText(id, 'project'),
    environment: readText(id, 'environment'),
    app: readText(id, 'app'),
  }
  return {app, split: readSplit(record['split'])}
}

const readPortion = (value: unknown): Portion => {
  const record = readRecord(value, 'portion')
  return {targets: readTargets(record), weight: readNumber(record, 'weight', 0, 1)}
}

const readMirror = (value: unknown): NonNullable<Split['mirror']> => {
  const record = readRecord(value, 'mirror')
  return {targets: readTargets(record), share: readNumber(record, 'share', 0, 1)}
}

/** Of one release. */
export const readTargets = (record: Record<string, unknown>): Portion['targets'] => {
  const targets = readList(record, 'targets').map(readTarget)
  if (new Set(targets.map(({release}) => release)).size !== 1) throw wrong('targets', record['targets'])
  return targets
}

const releaseOf = ({targets}: Pick<Portion, 'targets'>): string | undefined => targets[0]?.release
