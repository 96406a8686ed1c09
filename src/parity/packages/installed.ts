import type {ImageFacts} from '../image/image.ts'
import {resolve} from '../image/resolve.ts'
import {apkPackages} from './apk.ts'
import {dpkgPackages} from './dpkg.ts'
import {type Package, type PackageManager, sorted, unreadable} from './package.ts'
import {rpmPackages} from './rpm/rpm.ts'

export interface Installed {
  manager: PackageManager
  packages: readonly Package[]
}

type Holder = Pick<ImageFacts, 'tree' | 'content'>

const dpkgStatus = '/var/lib/dpkg/status'
const dpkgStatusDirectory = '/var/lib/dpkg/status.d'
const apkDatabases = ['/usr/lib/apk/db/installed', '/lib/apk/db/installed']
const rpmDirectories = ['/usr/lib/sysimage/rpm', '/var/lib/rpm', '/usr/share/rpm']
const rpmDatabase = 'rpmdb.sqlite'

const mib = 1024 * 1024
const longest = {text: 32 * mib, rpm: 256 * mib}

/** The databases of package managers, to be kept when an image is read. */
export const packageDatabase = (path: string): number | undefined => {
  if (path === dpkgStatus || path.startsWith(`${dpkgStatusDirectory}/`) || apkDatabases.includes(path))
    return longest.text
  return rpmDirectories.some((directory) => path === `${directory}/${rpmDatabase}`) ? longest.rpm : undefined
}

/** The packages of each manager whose database an image has; empty where it has none. */
export const installedIn = (image: Holder): Installed[] => {
  const dpkg = dpkgIn(image)
  const apk = apkDatabases.map((path) => textOf(image, path)).find((text) => text !== undefined)
  const rpm = rpmDatabaseIn(image)
  return [
    ...(dpkg === undefined ? [] : [{manager: 'dpkg' as const, packages: dpkg}]),
    ...(apk === undefined ? [] : [{manager: 'apk' as const, packages: apkPackages(apk)}]),
    ...(rpm === undefined ? [] : [{manager: 'rpm' as const, packages: rpmPackages(rpm.content)}]),
  ]
}

const dpkgIn = (image: Holder): Package[] | undefined => {
  const files = image.tree
    .list(dpkgStatusDirectory)
    .filter((name) => !name.endsWith('.md5sums'))
    .map((name) => `${dpkgStatusDirectory}/${name}`)
  const texts = [dpkgStatus, ...files].map((path) => textOf(image, path)).filter((text) => text !== undefined)
  return texts.length === 0 ? undefined : sorted(texts.flatMap(dpkgPackages))
}

/** In the places of different times and distributions, which are often links to each other. */
export const rpmDatabaseIn = (image: Holder): {path: string; content: Buffer} | undefined => {
  for (const directory of rpmDirectories) {
    const found = contentOf(image, `${directory}/${rpmDatabase}`)
    if (found !== undefined) {
      // What rpm wrote last is there alone until it is taken over, and a list without it would be wrong.
      if (hasContent(image, `${directory}/${rpmDatabase}-wal`))
        throw unreadable('rpm was interrupted while it wrote to its database')
      return {path: resolve(image.tree, `${directory}/${rpmDatabase}`)?.path ?? directory, content: found}
    }
    for (const [name, kind] of [
      ['Packages', 'a Berkeley DB'],
      ['Packages.db', 'an NDB'],
    ] as const)
      if (hasContent(image, `${directory}/${name}`))
        throw unreadable(`the database of rpm is ${kind}, which imm does not read`)
  }
  return undefined
}

const hasContent = (image: Holder, path: string): boolean => (resolve(image.tree, path)?.size ?? 0) > 0

const textOf = (image: Holder, path: string): string | undefined => contentOf(image, path)?.toString('utf8')

const contentOf = (image: Holder, path: string): Buffer | undefined => {
  const fact = resolve(image.tree, path)
  if (fact?.kind !== 'file') return undefined
  const content = image.content(path)
  if (content === undefined) throw unreadable(`${path} is too large, or was not kept`)
  return content
}
