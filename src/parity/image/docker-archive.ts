import path from 'node:path'

import {z} from 'zod'

import type {Archive} from './archive.ts'
import {choose, type Choice} from './choice.ts'
import {damaged} from './failures.ts'
import {parse} from './parse.ts'
import type {Parts} from './parts.ts'
import {platformIn} from './platform.ts'

export const dockerManifest = 'manifest.json'

const manifests = z.array(
  z.object({Config: z.string(), RepoTags: z.array(z.string()).nullish(), Layers: z.array(z.string()).nullish()}),
)

/** Docker Image Specification v1.2: what `docker save` writes, and still writes beside the OCI layout. */
export const dockerParts = (archive: Archive, choice: Choice): Parts => {
  const images = parse(archive, dockerManifest, manifests).map((each) => ({
    ...each,
    names: each.RepoTags ?? [],
    platform: platformIn(archive, each.Config),
  }))
  const {Config: config, Layers: layers, names} = choose(images, choice)
  checkConfig(archive, config)
  return {names, config, layers: (layers ?? []).map((name) => ({name}))}
}

/** Docker names the config by its digest, and the image by that. */
const checkConfig = (archive: Archive, name: string): void => {
  const named = /^([0-9a-f]{64})\.json$/.exec(path.posix.basename(name))?.[1]
  const digest = archive.find(name)?.digest
  if (named !== undefined && digest !== undefined && digest !== `sha256:${named}`)
    throw damaged(`${name} has another content than its name says`)
}
