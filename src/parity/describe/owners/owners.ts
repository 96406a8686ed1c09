import {isImmError} from '../../../errors.ts'
import type {FileFact} from '../../image/facts.ts'
import {apkOwned} from './apk.ts'
import {dpkgList, dpkgOwned} from './dpkg.ts'
import type {Owned, Read} from './owned.ts'
import {placesIn} from './place.ts'
import {pythonOwned, pythonRecord} from './python.ts'
import {rpmOwned} from './rpm.ts'

/** To be kept when an image is read; the databases of apk and rpm are kept for their packages. */
export const ownerFile = (path: string): number | undefined => dpkgList(path) ?? pythonRecord(path)

/** Who installed each of the files, as far as installers have noted it and nobody has written it anew since. */
export const ownersOf = (image: Read, list: readonly FileFact[]): ReadonlyMap<string, string> => {
  const owners = new Map<string, string>()
  const placeOf = placesIn(image.tree)
  const take = ({owner, paths, isItsLayer}: Owned) => {
    for (const path of paths) {
      const fact = placeOf(path)
      if (fact !== undefined && isItsLayer(fact.layer) && !owners.has(fact.path)) owners.set(fact.path, owner)
    }
  }
  for (const owned of [dpkgOwned, apkOwned, rpmOwned]) for (const each of readable(owned(image))) take(each)
  for (const fact of list) {
    const owned = pythonRecord(fact.path) === undefined ? undefined : pythonOwned(image, fact)
    if (owned !== undefined) take(owned)
  }
  return owners
}

/** A database that can't be read is told as that where its packages are read. */
function* readable(owned: Iterable<Owned>): Generator<Owned, void, undefined> {
  try {
    yield* owned
  } catch (error) {
    if (!isImmError(error, 'PACKAGES_UNREADABLE')) throw error
  }
}
