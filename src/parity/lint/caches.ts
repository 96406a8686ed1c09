import type {Finding} from '../report/finding.ts'
import {cacheOf, type Cache} from './cache-places.ts'
import {find} from './find.ts'
import type {LayerFile, LayerFindings} from './layers.ts'
import type {Where} from './where.ts'

/** Less is a lock file or an empty index. */
const smallest = 100_000

interface Left {
  cache: Cache
  files: LayerFile[]
}

/** Of all layers: what a later one deletes is in the image as before. */
export const cacheFindings = ({files}: LayerFindings, where: Where): Finding[] => {
  const left = new Map<string, Left>()
  for (const file of files) {
    const cache = where.ofBase(file.layer) ? undefined : cacheOf(file.path)
    if (cache === undefined) continue
    const each = left.get(cache.directory) ?? {cache, files: []}
    each.files.push(file)
    left.set(cache.directory, each)
  }
  return [...left.values()].flatMap((each) => finding(each, where))
}

const finding = ({cache: {of, directory, next}, files}: Left, where: Where): Finding[] => {
  const bytes = files.reduce((sum, {size}) => sum + size, 0)
  const [first] = files
  if (first === undefined || bytes < smallest) return []
  const layers = [...new Set(files.map(({layer}) => layer))]
  const gone = files.every((file) => file.gone !== undefined) ? ', deleted later, which makes the image no smaller' : ''
  return [
    find('lint.cache.left', directory, {
      message: `${(bytes / 1e6).toFixed(1)} MB of ${of} are in ${directory}, ${layers.map((at) => where.layer(at)).join(' and ')}${gone}`,
      next,
      ...where.place(first.layer),
    }),
  ]
}
