import {readFileSync} from 'node:fs'

import type {Entry} from '../../rootfs.ts'

/** How a server's image is made of Debian's packages, so that it behaves as the official one does where Compose files rely on it. */
export interface ServerRecipe {
  /** what the registry has */
  registry: string
  /** `wanted` by name; `kept` of what they depend on, beside shared libraries */
  packages: {wanted: string; kept: RegExp}
  /** who it runs as, with the official image's number */
  user: {name: string; id: number}
  /** of the unpacked files, those without use in a container; whole paths */
  skip: readonly string[]
  entries: readonly Entry[]
  /** unpacked programs that are not in the PATH, to be linked into it; whole paths */
  programs?: RegExp
  /** Dockerfile instructions */
  changes: readonly string[]
}

/** A script beside the recipes, as the image's entry point. */
export const entrypoint = (script: string): Entry => ({
  kind: 'text',
  path: '/usr/local/bin/docker-entrypoint.sh',
  text: readFileSync(new URL(script, import.meta.url), 'utf8'),
  mode: 0o755,
})

export const entrypointChange = 'ENTRYPOINT ["docker-entrypoint.sh"]'
