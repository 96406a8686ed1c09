import type {Owned, Read} from './owned.ts'

const lists = '/var/lib/dpkg/info'
/** Images without a package manager have the sums in the place of the list. */
const sums = '/var/lib/dpkg/status.d'

const mib = 1024 * 1024

export const dpkgList = (path: string): number | undefined =>
  (path.startsWith(`${lists}/`) && path.endsWith('.list')) || (path.startsWith(`${sums}/`) && path.endsWith('.md5sums'))
    ? 4 * mib
    : undefined

export function* dpkgOwned(image: Read): Generator<Owned, void, undefined> {
  for (const [directory, form, pathOf] of [
    [lists, /^([^:]+?)(?::\w+)?\.list$/, (line: string) => line],
    [sums, /^(.+)\.md5sums$/, (line: string) => `/${line.replace(/^[0-9a-f]+ +/, '')}`],
  ] as const)
    for (const name of image.tree.list(directory)) {
      const file = `${directory}/${name}`
      const [, owner] = form.exec(name) ?? []
      const content = owner === undefined ? undefined : image.content(file)
      if (owner === undefined || content === undefined) continue
      const written = image.tree.get(file)?.layer
      const lines = content.toString('utf8').split('\n')
      yield {owner, paths: lines.filter((line) => line !== '').map(pathOf), isItsLayer: (layer) => layer === written}
    }
}
