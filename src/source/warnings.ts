import {looksLikeCredentials, mayBeCredentials} from './credentials.ts'
import type {DirectoryNode, Left} from './node.ts'
import {largeFileBytes} from './node.ts'
import type {Place} from './place.ts'
import {shown} from './place.ts'
import {below} from './tree.ts'

const largeContextBytes = 500_000_000
const named = 5

/** What the user should know before the build. */
export const warningsOf = (place: Place, root: DirectoryNode): string[] => {
  const {bytes} = root
  const warnings: string[] = []
  const left: Record<Left, string[]> = {special: [], unnameable: []}
  const credentials: string[] = []
  for (const {file, size, why} of notable(place, root)) {
    if (why === 'credentials') credentials.push(file)
    else if (why !== 'large') left[why].push(shown(place, file))
    else
      warnings.push(
        `${shown(place, file)} is ${megabytes(size)} and goes to the engine with every build; if the image does not need it, add it to .dockerignore.`,
      )
  }
  if (bytes > largeContextBytes)
    warnings.push(
      `The build context is ${megabytes(bytes)}; keep what the image does not need out of it with .dockerignore.`,
    )
  if (credentials.length > 0) warnings.push(exposed(credentials))
  if (left.special.length > 0)
    warnings.push(`Left out, because an image cannot hold sockets, FIFOs or devices: ${several(left.special)}.`)
  if (left.unnameable.length > 0)
    warnings.push(
      `Left out, because the name is not valid UTF-8: ${several(left.unnameable)}. Rename it, or add it to .dockerignore.`,
    )
  return warnings
}

interface Notable {
  file: string
  size: number
  why: Left | 'large' | 'credentials'
}

/** Looks only into directories that are known to hold something notable. */
function* notable(place: Place, directory: DirectoryNode, path = ''): Generator<Notable> {
  if (directory.notable === 0) return
  for (const [name, why] of directory.left) yield {file: below(path, name), size: 0, why}
  for (const [name, node] of directory.children) {
    const file = below(path, name)
    if (node.kind === 'directory') yield* notable(place, node, file)
    else if (node.kind === 'file') {
      const {size} = node
      if (size > largeFileBytes) yield {file, size, why: 'large'}
      if (mayBeCredentials(name) && looksLikeCredentials(place, file, node)) yield {file, size, why: 'credentials'}
    }
  }
}

const exposed = (files: readonly string[]): string => {
  const [one = '', ...more] = files
  const are = more.length > 0 ? 'look like credentials and are' : 'looks like credentials and is'
  return `${several(files)} ${are} part of the build context: a COPY takes them into the image, for whoever gets it. Add to .dockerignore: ${[one, ...more.slice(0, named - 1)].join(' ')}`
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`

const several = (names: readonly string[]): string =>
  names
    .slice(0, named)
    .map((name) => JSON.stringify(name))
    .join(', ') + (names.length > named ? ` and ${names.length - named} more` : '')
