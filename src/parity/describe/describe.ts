import {isImmError} from '../../errors.ts'
import type {BaseSide, Dependency, Gap, ImageSide, Runtime} from '../facts.ts'
import type {ImageFacts, ImageHolder} from '../image/image.ts'
import {osReleaseOf} from '../os-release.ts'
import {type Installed, installedIn} from '../packages/installed.ts'
import {baseOf, type FoundBase} from './base/base-of.ts'
import type {KnownBase} from './base/known.ts'
import {configSideOf} from './config-side.ts'
import {filesSideOf, removedFrom} from './files-side.ts'
import {usersIn} from './users.ts'

export interface Description {
  /** as an engine or a manifest knows it */
  base?: KnownBase | undefined
  runtimesOf?: ((image: ImageHolder) => {runtimes: readonly Runtime[]; gaps: readonly Gap[]}) | undefined
  dependenciesOf?: ((image: ImageHolder) => {dependencies: readonly Dependency[]; gaps: readonly Gap[]}) | undefined
}

/** An image as a side, and what could not be found out. It has to be read with `wantedFiles`. */
export const describeImage = (
  image: ImageFacts,
  {base: known, runtimesOf = noRuntimes, dependenciesOf = noDependencies}: Description,
): {image: ImageSide; gaps: readonly Gap[]} => {
  const {packages, gaps: ofPackages} = packagesIn(image)
  const {runtimes, gaps: ofRuntimes} = runtimesOf(image)
  const {dependencies, gaps: ofDependencies} = dependenciesOf(image)
  const found = baseOf(image, known)
  const {base: side, removed} = found === undefined ? {} : baseIn(image, found, runtimesOf)
  const {names, id, manifest, platform, created, layers} = image
  return {
    image: {
      names,
      id,
      ...(manifest !== undefined && {manifest}),
      platform,
      ...(created !== undefined && {created}),
      size: layers.reduce((sum, {size}) => sum + size, 0),
      layers: layers.map(({diffId, digest, size, compression, createdBy}) => ({
        diffId,
        digest,
        size,
        compression,
        ...(createdBy !== undefined && {createdBy}),
      })),
      ...(side && {base: side}),
      config: configSideOf(image.config),
      ...osIn(image),
      users: usersIn(image),
      packages,
      runtimes,
      dependencies,
      files: {...filesSideOf(image), ...(removed && {removed})},
    },
    gaps: [...ofPackages, ...ofRuntimes, ...ofDependencies, ...gapsOf(found)],
  }
}

const noRuntimes = () => ({runtimes: [], gaps: []})
const noDependencies = () => ({dependencies: [], gaps: []})

const osIn = (image: ImageHolder): Pick<ImageSide, 'os'> => {
  const os = osReleaseOf(image)
  return os === undefined ? {} : {os}
}

/** A database that can't be read is no reason not to compare the rest, and no reason to call it empty. */
const packagesIn = (image: ImageHolder): {packages: readonly Installed[]; gaps: readonly Gap[]} => {
  try {
    return {packages: installedIn(image), gaps: []}
  } catch (error) {
    if (!isImmError(error, 'PACKAGES_UNREADABLE')) throw error
    return {packages: [], gaps: [{part: 'packages', reason: error.message}]}
  }
}

/** The layers of the base alone are as large as the image: they are laid over each other once, and let go. */
const baseIn = (
  image: ImageFacts,
  found: FoundBase,
  runtimesOf: NonNullable<Description['runtimesOf']>,
): {base: BaseSide; removed?: ReadonlySet<string>} => {
  const facts = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as FoundBase
  if (found.layers === 0) return {base: {...facts, packages: [], runtimes: []}}
  const lowest = image.lowest(found.layers)
  const {packages} = packagesIn(lowest)
  return {
    base: {...facts, ...osIn(lowest), packages, runtimes: runtimesOf(lowest).runtimes},
    removed: removedFrom(lowest.tree, image.tree),
  }
}

const gapsOf = (found: FoundBase | undefined): Gap[] =>
  found?.layers === 0
    ? [
        {
          part: 'base',
          reason: `the base is named (${found.name ?? found.digest}), but nothing says which layers are its own`,
        },
      ]
    : []
