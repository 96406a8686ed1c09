import type {Hint} from './hints.ts'
import type {Manifest} from './manifest.ts'
import type {ProjectFiles} from './project-files.ts'

const usual = 24

/** Major version of Node that a project asks for; `>=` is content with the usual one. */
export const findNodeVersion = async (
  files: ProjectFiles,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<Hint<number>> => {
  for (const file of ['.nvmrc', '.node-version']) {
    const major = /^v?(\d+)/.exec((await files.text(file, signal)) ?? '')?.[1]
    if (major !== undefined) return {value: Number(major), source: file}
  }
  const [, least, major] = /^(>=)?\s*[v^~=]?\s*(\d+)/.exec(manifest.engines.node.trim()) ?? []
  if (major === undefined) return {value: usual, source: 'usual'}
  return {value: least === undefined ? Number(major) : Math.max(usual, Number(major)), source: 'package.json'}
}
