import {createHash} from 'node:crypto'

import type {BuildRequest, BuildTree, SourceNode} from '../../../lifecycle/ports.ts'

/** Where the builder looks for the Dockerfile: the context, or a place of its own with nothing but the text that is to be built. */
export const treeWithDockerfile = (
  tree: BuildTree,
  {dockerfile, dockerfileText}: Pick<BuildRequest, 'dockerfile' | 'dockerfileText'>,
): BuildTree => {
  if (dockerfileText === undefined) return tree
  const content = Buffer.from(dockerfileText)
  const digest = createHash('sha256').update(content).digest('hex')
  const node = dockerfile
    .split('/')
    .reduceRight<SourceNode>(
      (inner, name) => ({kind: 'directory', mode: 0o755, mtimeMs: 0, digest, children: new Map([[name, inner]])}),
      {kind: 'file', mode: 0o644, size: content.length, hash: digest, mtimeMs: 0},
    )
  if (node.kind !== 'directory') return tree
  return {
    root: node,
    hidden: [],
    key: tree.key,
    async *read() {
      yield content
    },
  }
}
