import {releaseNumber, releaseOfReference} from './identity.ts'
import type {AppId, ReleaseName} from './identity.ts'

export interface KeptImages {
  id: AppId
  /** names of images; those of other apps and other people are left alone */
  references: readonly string[]
  /** releases whose images stay, the newest */
  keep: number
  /** live, warm or being proved: these stay whatever their number */
  pinned: readonly ReleaseName[]
}

/** References to take away so that the newest releases stay, oldest first. A release with several names keeps or loses all of them. */
export const imagesToRemove = ({id, references, keep, pinned}: KeptImages): string[] => {
  const images = references
    .flatMap((reference) => {
      const release = releaseOfReference(id, reference)
      return release === undefined ? [] : {reference, release, number: releaseNumber(release) ?? 0}
    })
    .toSorted((a, b) => a.number - b.number)
  const newest = [...new Set(images.map(({release}) => release).toReversed())].slice(0, keep)
  const staying = new Set([...newest, ...pinned])
  return images.filter(({release}) => !staying.has(release)).map(({reference}) => reference)
}
