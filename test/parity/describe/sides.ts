import {describeImage, type Description} from '../../../src/parity/describe/describe.ts'
import {wantedFiles} from '../../../src/parity/describe/wanted.ts'
import {readImage} from '../../../src/parity/image/read-image.ts'
import {dockerArchive, type Entry, streamOf, tarOf, type TestImage} from '../image/archives.ts'

/** The side that an image with these layers is. */
export const sideOf = async (
  layers: readonly (readonly Entry[])[],
  image: Omit<TestImage, 'layers'> = {},
  description: Description = {},
) => {
  const tars = await Promise.all(layers.map((entries) => tarOf(entries)))
  const archive = await dockerArchive({...image, layers: tars})
  const facts = await readImage(streamOf(archive), {wanted: wantedFiles()}, new AbortController().signal)
  return describeImage(facts, description)
}
