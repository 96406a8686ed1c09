import type {SourceDirectory} from '../../src/lifecycle/ports.ts'
import {BuildFails, directory, filesOf, parentOf, removeAll, resolve, type Entry, type Files} from './naive-image.ts'

/** One instruction of the small language that the builds of the property are written in. */
export type Step =
  | {does: 'copy'; add: boolean; chown: string; chmod: string; sources: readonly string[]; dest: string}
  | {does: 'from'; source: string; dest: string}
  | {does: 'workdir'; path: string}
  | {does: 'run'}
  | {does: 'label'}

/** The stage `other`, which `from` copies of: it reads the context too. */
export const otherStage = {source: 'b', dest: '/out/'}

export const written = (steps: readonly Step[]): string =>
  [
    'FROM base AS other',
    `COPY ${otherStage.source} ${otherStage.dest}`,
    'FROM base',
    ...steps.map((step) => {
      if (step.does === 'copy') {
        const flags = `${step.chown && ` --chown=${step.chown}`}${step.chmod && ` --chmod=${step.chmod}`}`
        return `${step.add ? 'ADD' : 'COPY'}${flags} ${step.sources.join(' ')} ${step.dest}`
      }
      if (step.does === 'from') return `COPY --from=other ${step.source} ${step.dest}`
      if (step.does === 'workdir') return `WORKDIR ${step.path}`
      return step.does === 'run' ? 'RUN make' : 'LABEL a=b'
    }),
  ].join('\n')

/**
 * What a build does, step by step and file by file, as BuildKit's file operations do it. Written without a look at src/delta: the
 * property holds the one against the other. Gives the image after every layer; throws BuildFails where the build would fail.
 */
export const build = (steps: readonly Step[], base: Files, tree: SourceDirectory): {layers: Files[]; cwd: string} => {
  const context = filesOf(tree)
  const layers = [new Map(base)]
  let cwd = '/'
  const layer = (change: (image: Files) => void) => {
    const image: Files = new Map([...(layers.at(-1) ?? [])].map(([path, entry]) => [path, {...entry}]))
    change(image)
    layers.push(image)
  }
  const destOf = (dest: string) => {
    const clean = (dest.startsWith('/') ? dest : `${cwd}/${dest}`)
      .split('/')
      .filter((part) => part !== '' && part !== '.')
    return `/${clean.join('/')}${(dest.endsWith('/') || dest === '.') && clean.length > 0 ? '/' : ''}`
  }
  for (const [index, step] of steps.entries()) {
    if (step.does === 'copy') {
      const {sources, dest} = step
      layer((image) => copyAll(context, image, sources, destOf(dest), metaOf(step)))
    }
    if (step.does === 'from') {
      const other: Files = new Map(base)
      copyAll(context, other, [otherStage.source], otherStage.dest, {})
      layer((image) => copyAll(other, image, [step.source], destOf(step.dest), {}))
    }
    if (step.does === 'workdir') {
      cwd = destOf(step.path).replace(/(.)\/$/, '$1')
      const path = cwd
      if (path !== '/') layer((image) => makeAll(image, resolve(image, path), {}))
    }
    // It reads everything that is there, and leaves a mark of it.
    if (step.does === 'run') layer((image) => image.set(`/ran-${index}`, ran(image)))
  }
  return {layers, cwd}
}

interface Meta {
  uid?: number
  gid?: number
  mode?: number
}

const metaOf = ({chown, chmod}: {chown: string; chmod: string}): Meta => {
  const [uid, gid = uid] = (chown === 'app' ? '77:78' : chown || '0').split(':').map(Number)
  return {uid: uid ?? 0, gid: gid ?? 0, ...(chmod && {mode: Number.parseInt(chmod, 8)})}
}

const ran = (image: Files): Entry => ({
  ...directory(),
  kind: 'file',
  content: JSON.stringify([...image].toSorted(([a], [b]) => (a < b ? -1 : 1))),
})

const copyAll = (from: Files, image: Files, sources: readonly string[], dest: string, meta: Meta): void => {
  for (const source of sources) for (const path of matching(from, source)) copyOne(from, image, path, dest, meta)
}

const matching = (files: Files, source: string): string[] => {
  const pattern = `/${source
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`
  if (!/[*?]/.test(pattern)) return [pattern]
  const expression = new RegExp(
    `^${pattern
      .replaceAll('.', String.raw`\.`)
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]')}$`,
  )
  // Links on the way to the first wildcard are followed, those behind it are not.
  const literal = pattern.slice(0, pattern.search(/[^/]*[*?]/))
  const start = resolve(files, literal)
  const prefix = start === '/' ? '/' : `${start}/`
  return [...files.keys()]
    .filter((path) => path !== '/' && path.startsWith(prefix))
    .map((path) => [path, `${literal}${path.slice(prefix.length)}`] as const)
    .filter(([, path]) => expression.test(path))
    .map(([path]) => path)
    .toSorted((a, b) => (a.replaceAll('/', '\0') < b.replaceAll('/', '\0') ? -1 : 1))
}

const copyOne = (from: Files, image: Files, path: string, dest: string, meta: Meta): void => {
  makeAll(image, resolve(image, dest.endsWith('/') ? dest : parentOf(dest)), meta)
  const source = resolve(from, path)
  const entry = from.get(source)
  if (entry === undefined) throw new BuildFails(`${path} not found`)
  let target = resolve(image, dest)
  const there = image.get(target)
  if (entry.kind !== 'directory' && there?.kind === 'directory')
    target = `${target === '/' ? '' : target}/${path.slice(path.lastIndexOf('/') + 1)}`
  makeAll(image, entry.kind === 'directory' && there === undefined ? target : parentOf(target), meta)
  put(from, image, source, target, meta, false)
}

const put = (from: Files, image: Files, source: string, target: string, meta: Meta, nested: boolean): void => {
  const entry = from.get(source)
  if (entry === undefined) throw new BuildFails(source)
  const there = image.get(target)
  const made = {...entry, ...meta, mode: entry.kind === 'link' ? entry.mode : (meta.mode ?? entry.mode)}
  if (entry.kind !== 'directory') {
    if (there?.kind === 'directory') throw new BuildFails(`${target} is a directory`)
    removeAll(image, target)
    image.set(target, made)
    return
  }
  if (there !== undefined && there.kind !== 'directory') throw new BuildFails(`${target} is no directory`)
  if (there === undefined || nested) image.set(target, made)
  const below = source === '/' ? '/' : `${source}/`
  for (const path of from.keys())
    if (path !== '/' && path.startsWith(below) && !path.slice(below.length).includes('/'))
      put(from, image, path, `${target === '/' ? '' : target}/${path.slice(below.length)}`, meta, true)
}

const makeAll = (image: Files, path: string, {uid = 0, gid = 0}: Meta): void => {
  const there = image.get(path)
  if (there?.kind === 'directory' || path === '/') return
  if (there !== undefined) throw new BuildFails(`${path} is no directory`)
  makeAll(image, parentOf(path), {uid, gid})
  image.set(path, directory(0o755, uid, gid))
}
