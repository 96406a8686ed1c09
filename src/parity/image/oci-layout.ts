import {z} from 'zod'

import type {Archive} from './archive.ts'
import {choose, type Candidate, type Choice} from './choice.ts'
import {damaged} from './failures.ts'
import {parse} from './parse.ts'
import type {Parts} from './parts.ts'
import {platformIn, platformText} from './platform.ts'

export const ociIndex = 'index.json'

const descriptor = z.object({
  mediaType: z.string().nullish(),
  digest: z.string(),
  size: z.number().nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
  platform: z.object({os: z.string(), architecture: z.string(), variant: z.string().nullish()}).nullish(),
})
type Descriptor = z.infer<typeof descriptor>

/** An index has `manifests`, a manifest `layers`: media types are left out or wrong too often to go by them. */
const indexOrManifest = z.object({
  manifests: z.array(descriptor).nullish(),
  config: descriptor.nullish(),
  layers: z.array(descriptor).nullish(),
})

interface Found extends Candidate {
  digest: string
  config: Descriptor
  layers: readonly Descriptor[]
}

/** OCI Image Layout: index.json, indexes that it leads to, and blobs by their digests. */
export const ociParts = (archive: Archive, choice: Choice): Parts => {
  const {digest, names, config, layers} = choose(imagesOf(archive, ociIndex, {names: [], depth: 0}), choice)
  return {
    names,
    manifest: digest,
    config: blobName(config.digest),
    layers: layers.map((each) => ({name: blobName(each.digest), digest: each.digest, size: each.size ?? undefined})),
  }
}

const deepest = 4

const imagesOf = (
  archive: Archive,
  name: string,
  above: {names: readonly string[]; depth: number; of?: Descriptor},
): Found[] => {
  if (above.depth > deepest) throw damaged('its indexes lead to indexes without an end')
  const {manifests, config, layers} = parse(archive, name, indexOrManifest)
  if (manifests)
    return (
      manifests
        .filter(isImage)
        // Of an image for many platforms, `docker save` writes those that the engine has, and the index of all.
        .filter((each) => archive.find(blobName(each.digest)) !== undefined)
        .flatMap((each) => {
          const names = namesOf(each)
          return imagesOf(archive, blobName(each.digest), {
            names: names.length > 0 ? names : above.names,
            depth: above.depth + 1,
            of: each,
          })
        })
    )
  if (!config || above.of === undefined) throw damaged(`${name} is neither an index nor a manifest`)
  const {digest, platform: said} = above.of
  const platform = said ? platformText(said) : platformIn(archive, blobName(config.digest))
  return [{digest, names: above.names, platform, config, layers: layers ?? []}]
}

/** Attestations stand beside images, as images for a platform that is none. */
const isImage = ({annotations, platform}: Descriptor): boolean =>
  annotations?.['vnd.docker.reference.type'] === undefined && platform?.os !== 'unknown'

const namesOf = ({annotations}: Descriptor): string[] => {
  const full = annotations?.['io.containerd.image.name']
  const tag = annotations?.['org.opencontainers.image.ref.name']
  return full !== undefined ? [full] : tag !== undefined ? [tag] : []
}

const blobName = (digest: string): string => {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1]
  if (hex === undefined) throw damaged(`it names something by ${JSON.stringify(digest)}, which is no SHA-256 digest`)
  return `blobs/sha256/${hex}`
}
