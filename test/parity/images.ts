import type {ImageFacts} from '../../src/parity/image/image.ts'
import type {Wanted} from '../../src/parity/image/kept.ts'
import {readImage} from '../../src/parity/image/read-image.ts'
import {dockerArchive, type Entry, streamOf, tarOf} from './image/archives.ts'

/** The facts of an image with one layer. */
export const imageWith = async (entries: readonly Entry[], wanted: Wanted, config: object = {}): Promise<ImageFacts> =>
  readImage(
    streamOf(await dockerArchive({layers: [await tarOf(entries)], config})),
    {wanted},
    new AbortController().signal,
  )
