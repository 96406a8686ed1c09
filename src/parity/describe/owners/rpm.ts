import {rpmDatabaseIn} from '../../packages/installed.ts'
import {rpmFiles} from '../../packages/rpm/files.ts'
import {layersWith, type Owned, type Read} from './owned.ts'

export function* rpmOwned(image: Read): Generator<Owned, void, undefined> {
  const database = rpmDatabaseIn(image)
  if (database === undefined) return
  const isItsLayer = layersWith(image, database.path)
  for (const {name, files} of rpmFiles(database.content)) yield {owner: name, paths: files, isItsLayer}
}
