import {dependenciesIn, dependencyFile, readDependencies} from '../../../src/parity/dependencies/dependencies.ts'
import type {Entry} from '../image/archives.ts'
import {imageWith} from '../images.ts'

type Files = Readonly<Record<string, Buffer | string>>

const imageOf = (files: Files) =>
  imageWith(
    Object.entries(files).map(([name, content]): Entry => [{name}, content]),
    dependencyFile,
  )

/** The dependencies of an image with these files, a line each. */
export const dependencies = async (files: Files): Promise<string[]> =>
  dependenciesIn(await imageOf(files)).map(({ecosystem, source, scope, name, version}) =>
    [ecosystem, source, scope, name, version].join(' '),
  )

/** Names and versions alone. */
export const named = async (files: Files): Promise<string[]> =>
  dependenciesIn(await imageOf(files)).map(({name, version}) => `${name} ${version}`)

export const gaps = async (files: Files): Promise<string[]> =>
  readDependencies(await imageOf(files)).gaps.map(({part, reason}) => `${part}: ${reason}`)
