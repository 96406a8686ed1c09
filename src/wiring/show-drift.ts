import path from 'node:path'

import type {Candidates} from '../drift/candidates.ts'
import {fileDifferences} from '../drift/files.ts'
import {unifiedDiff} from '../drift/unified-diff.ts'
import {ImmError} from '../errors.ts'
import type {Engine, Holder, Image, ImageFile} from '../lifecycle/ports.ts'
import type {ReleaseRef} from '../release/identity.ts'
import type {OpenDrift, RunningRelease} from './drift.ts'

/** One path as a running container and its image have it. */
export interface Shown extends RunningRelease {
  path: string
  /** in the image */
  before: ImageFile | undefined
  /** in the container */
  after: ImageFile | undefined
  differs: boolean
  /** undefined for what is no text, or too large to be shown */
  text: ShownText | undefined
}

export interface ShownText {
  kind: 'content' | 'diff'
  text: string
}

const mostBytes = 4 * 2 ** 20

/** Of a path as its processes see it: from the image's WORKDIR on. PATH_NOT_FOUND where neither has it. */
export const showDrift = async (
  drift: OpenDrift,
  given: string,
  release: ReleaseRef | undefined,
  signal: AbortSignal,
): Promise<Shown> => {
  const {engine} = drift
  const [first] = await drift.running(release, signal)
  const instance = first && (await engine.instance(first.container, signal))
  const image = instance && (await engine.image(instance.image, signal))
  if (!first || !image) throw new ImmError('RELEASE_NOT_FOUND', 'the container, or its image, has just gone')
  const file = path.posix.resolve('/', image.workingDir, given)
  const now: Holder = {container: first.container}
  const [before, after] = await Promise.all(
    [{image}, now].map(async (of) => (await engine.inside(of, [file], signal)).get(file)),
  )
  if (!before && !after)
    throw new ImmError('PATH_NOT_FOUND', `neither ${first.release} nor its image has anything at ${file}`)
  const candidates: Candidates = {added: [], others: [{path: file, kind: 'changed'}]}
  const differs = fileDifferences(candidates, asFiles(before), asFiles(after)).length > 0
  return {
    ...first,
    path: file,
    before,
    after,
    differs,
    text: await textOf({before, after, file, now, image, engine}, signal),
  }
}

const asFiles = (file: ImageFile | undefined): ReadonlyMap<string, ImageFile> =>
  new Map(file ? [[file.path, file]] : [])

interface Compared {
  before: ImageFile | undefined
  after: ImageFile | undefined
  file: string
  now: Holder
  image: Image
  engine: Engine
}

const textOf = async (
  {before, after, file, now, image, engine}: Compared,
  signal: AbortSignal,
): Promise<ShownText | undefined> => {
  if (!isShown(before) || !isShown(after)) return undefined
  const [old, fresh] = await Promise.all([
    before && engine.content({image}, file, signal),
    after && engine.content(now, file, signal),
  ])
  const one = decoded(old)
  const other = decoded(fresh)
  if (one === undefined || other === undefined) return undefined
  if (!before || !after) return {kind: 'content', text: before ? one : other}
  return {kind: 'diff', text: unifiedDiff(one, other, {before: `image${file}`, after: `container${file}`})}
}

const isShown = (file: ImageFile | undefined): boolean =>
  file === undefined || (file.kind === 'file' && file.size <= mostBytes)

/** Undefined for what is not UTF-8, or has zero bytes as no text has. */
const decoded = (bytes: Buffer | undefined): string | undefined => {
  if (bytes === undefined) return ''
  if (bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes)
  } catch {
    return undefined
  }
}
