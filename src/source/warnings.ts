import type {FileEntry} from './entry.ts'
import type {Place} from './place.ts'
import {shown} from './place.ts'
import type {Scan} from './scan.ts'

const largeFileBytes = 100_000_000
const largeContextBytes = 500_000_000
const named = 5

/** What the user should know before the build. */
export const warningsOf = (place: Place, files: readonly FileEntry[], bytes: number, found: Scan): string[] => {
  const warnings: string[] = []
  for (const file of files.filter(({size}) => size > largeFileBytes))
    warnings.push(
      `${shown(place, file.path)} is ${megabytes(file.size)} and goes to the engine with every build; if the image does not need it, add it to .dockerignore.`,
    )
  if (bytes > largeContextBytes)
    warnings.push(
      `The build context is ${megabytes(bytes)}; keep what the image does not need out of it with .dockerignore.`,
    )
  if (found.special.length > 0)
    warnings.push(`Left out, because an image cannot hold sockets, FIFOs or devices: ${several(found.special)}.`)
  if (found.unnameable.length > 0)
    warnings.push(
      `Left out, because the name is not valid UTF-8: ${several(found.unnameable)}. Rename it, or add it to .dockerignore.`,
    )
  return warnings
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`

const several = (names: readonly string[]): string =>
  names
    .slice(0, named)
    .map((name) => JSON.stringify(name))
    .join(', ') + (names.length > named ? ` and ${names.length - named} more` : '')
