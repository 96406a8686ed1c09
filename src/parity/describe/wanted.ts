import type {Wanted} from '../image/kept.ts'
import {osReleaseFile} from '../os-release.ts'
import {packageDatabase} from '../packages/installed.ts'
import {ownerFile} from './owners/owners.ts'
import {shadowFile} from './shadow.ts'
import {userFile} from './users.ts'

/** What has to be kept of an image, when it is read, to describe it; `others` for the runtimes and dependencies. */
export const wantedFiles =
  (...others: readonly Wanted[]): Wanted =>
  (path) =>
    osReleaseFile(path) ??
    packageDatabase(path) ??
    shadowFile(path) ??
    userFile(path) ??
    firstOf(others, path) ??
    ownerFile(path)

const firstOf = (others: readonly Wanted[], path: string): ReturnType<Wanted> => {
  for (const wanted of others) {
    const wish = wanted(path)
    if (wish !== undefined) return wish
  }
  return undefined
}
