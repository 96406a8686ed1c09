import type {Image} from '../../lifecycle/ports.ts'
import {dependencyFile, readDependencies} from '../../parity/dependencies/dependencies.ts'
import {baseAmong, type EngineImage} from '../../parity/describe/base/known.ts'
import {describeImage} from '../../parity/describe/describe.ts'
import {wantedFiles} from '../../parity/describe/wanted.ts'
import type {Choice} from '../../parity/image/choice.ts'
import {collectGarbage} from '../../parity/image/collect-garbage.ts'
import type {ImageFacts} from '../../parity/image/image.ts'
import type {Inspect} from '../../parity/image/inspect.ts'
import {readImage} from '../../parity/image/read-image.ts'
import {keepYoungHeapSmall} from '../../parity/image/young-heap.ts'
import {readRuntimes, runtimeFile} from '../../parity/runtimes/runtimes.ts'
import type {Described} from './context.ts'

export interface Reading {
  choice: Choice
  /** what the engine has beside it: its base may be among them */
  others: readonly Image[]
  closer?: Closer | undefined
}

/** Looks at an image while it is read, as nothing but what a side has of it stays. */
export interface Closer {
  /** passes the archive on as it is */
  archive(stream: AsyncIterable<Buffer>): AsyncIterable<Buffer>
  inspect: Inspect
  read(facts: ImageFacts): void
}

/** All that is known of the image in an archive. */
export const describedImage = async (
  archive: AsyncIterable<Buffer>,
  reading: Reading,
  signal: AbortSignal,
): Promise<Described> => {
  keepYoungHeapSmall()
  const described = await readAndDescribe(archive, reading, signal)
  if (described.image.files.count > manyFiles) collectGarbage()
  return described
}

/** With fewer there is little to clear away. */
const manyFiles = 20_000

/** By itself, so that nothing holds the image any more when it has returned. */
const readAndDescribe = async (
  archive: AsyncIterable<Buffer>,
  {choice, others, closer}: Reading,
  signal: AbortSignal,
): Promise<Described> => {
  const options = {choice, wanted: wantedFiles(runtimeFile, dependencyFile), inspect: closer?.inspect}
  const facts = await readImage(closer?.archive(archive) ?? archive, options, signal)
  closer?.read(facts)
  return describeImage(facts, {
    base: baseAmong(facts, others.map(asKnown)),
    runtimesOf: readRuntimes,
    dependenciesOf: readDependencies,
  })
}

const asKnown = ({references, manifest, createdMs, layers, labels}: Image): EngineImage => ({
  // A release that adds nothing to its base is that image, under one name more.
  names: references.filter((name) => !isOfImm(name)),
  digest: manifest,
  created: new Date(createdMs).toISOString(),
  layers,
  labels,
})

const isOfImm = (reference: string): boolean => /^imm\/[a-z0-9-]+\/[a-z0-9-]+:/.test(reference)
