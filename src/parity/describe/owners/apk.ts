import {resolve} from '../../image/resolve.ts'
import {layersWith, type Owned, type Read} from './owned.ts'

const databases = ['/usr/lib/apk/db/installed', '/lib/apk/db/installed']

/** apk(5): `P:` a package, `F:` a directory of it, `R:` a file in that. */
export function* apkOwned(image: Read): Generator<Owned, void, undefined> {
  const database = databases.find((path) => image.content(path) !== undefined)
  const content = database === undefined ? undefined : image.content(database)
  if (database === undefined || content === undefined) return
  const isItsLayer = layersWith(image, resolve(image.tree, database)?.path ?? database)
  for (const stanza of content.toString('utf8').split(/\n\n+/)) {
    const [, owner] = /^P:(.+)$/m.exec(stanza) ?? []
    if (owner !== undefined) yield {owner, paths: pathsIn(stanza), isItsLayer}
  }
}

function* pathsIn(stanza: string): Generator<string, void, undefined> {
  let directory = ''
  for (const line of stanza.split('\n'))
    if (line.startsWith('F:')) directory = line.slice(2)
    else if (line.startsWith('R:')) yield `/${directory === '' ? '' : `${directory}/`}${line.slice(2)}`
}
