import {keeperOf} from '../../../src/source/contents.ts'
import {placeOf} from '../../../src/source/place.ts'
import {snapshotOf} from '../../../src/source/snapshot.ts'
import {never} from '../tree.ts'

/** What imm takes the files of a directory for. */
export const digestOf = async (directory: string): Promise<string> => {
  const place = placeOf(directory, directory, undefined)
  return snapshotOf(place, await keeperOf(place).update({everything: true, paths: new Set()}, never), []).digest
}
