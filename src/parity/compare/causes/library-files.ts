import type {Dependency} from '../../facts.ts'

type Library = Pick<Dependency, 'ecosystem' | 'name' | 'scope'>

/**
 * Which of some libraries a file is of, by where its installer puts it. By names that are in the path: an image has 100,000 files and
 * thousands of libraries.
 */
export const libraryFinder = <T extends Library>(
  libraries: readonly T[],
): ((path: string, target?: string) => T | undefined) => {
  // A jar is named without its group.
  const byName = Map.groupBy(
    libraries,
    ({ecosystem, name}) => `${ecosystem}:${ecosystem === 'maven' ? name.split(':').at(-1) : name}`,
  )
  const npmByScope = new Map(libraries.filter(({ecosystem}) => ecosystem === 'npm').map((each) => [each.scope, each]))
  const goByProgram = new Map(libraries.filter(({ecosystem}) => ecosystem === 'go').map((each) => [each.scope, each]))
  const python = Map.groupBy(
    libraries.filter(({ecosystem}) => ecosystem === 'pypi'),
    ({name}) => plain(name),
  )
  const named = (path: string, target: string) => {
    for (const name of namesIn(path, target)) {
      const found = byName.get(name)?.find(({scope}) => isBelow(scope, path))
      if (found !== undefined) return found
    }
    return undefined
  }
  return (path, target = '') => {
    const module = moduleOf(path)
    return (
      named(path, target) ??
      goByProgram.get(path) ??
      (path.endsWith(npmNote) ? npmByScope.get(path.slice(0, -npmNote.length) || '/') : undefined) ??
      (module === undefined ? undefined : python.get(module)?.find(({scope}) => isBelow(scope, path)))
    )
  }
}

const npmNote = '/node_modules/.package-lock.json'

const isBelow = (scope: string, path: string): boolean => path.startsWith(scope === '/' ? '/' : `${scope}/`)

/** The innermost first: what is nested in another library is changed by itself. */
const namesIn = (path: string, target: string): string[] => {
  const npm = [...path.matchAll(/\/node_modules\/(?:\.pnpm\/([^/]+?)@[^/]*|((?:@[^/]+\/)?[^/@.][^/]*))(?=\/)/g)]
    .map(([, stored, name]) => name ?? stored?.replace('+', '/'))
    .toReversed()
  const [, linked] = (path.includes('/node_modules/.bin/') && /^\.\.\/((?:@[^/]+\/)?[^/]+)\//.exec(target)) || []
  const [, gem] =
    /\/(?:gems|specifications|cache|doc|extensions\/[^/]+\/[^/]+)\/([^/]+?)-\d[^/]*(?:\/|$)/.exec(path) ?? []
  const [, jar] = /\/([^/]+?)-\d[^/]*\.[jwe]ar$/.exec(path) ?? []
  const [, program] = /\/bin\/([^/]+)$/.exec(path) ?? []
  return [
    ...[...npm, linked].flatMap((name) => (name === undefined ? [] : [`npm:${name}`])),
    ...(gem === undefined ? [] : [`gem:${gem}`]),
    ...(program === undefined ? [] : [`pypi:${program}`]),
    ...(jar === undefined ? [] : [`maven:${jar}`]),
  ]
}

/**
 * The directory of a package of Python has the name of its module, which is that of the package in most cases. Where it is not (`yaml` of
 * PyYAML), only what the installer noted says whose it is: a name that is merely alike may be the application's own.
 */
const moduleOf = (path: string): string | undefined => {
  const [, top] = /\/(?:site|dist)-packages\/([^/]+)/.exec(path) ?? []
  const module = top && plain(top.replace(/(?:-[^/]*)?\.(?:dist|egg)-info$|\.(?:py|so|libs)$/, ''))
  return module
}

const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_.]+/g, '')

const lockFiles: Readonly<Record<Dependency['ecosystem'], RegExp>> = {
  npm: /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml)$/,
  pypi: /^(?:requirements[^/]*\.txt|poetry\.lock|uv\.lock|pdm\.lock|pylock(?:\.[^/.]+)?\.toml|Pipfile\.lock)$/,
  gem: /^(?:Gemfile\.lock|gems\.locked)$/,
  go: /^go\.(?:mod|sum)$/,
  maven: /^gradle\.lockfile$/,
}

export const isLockFile = ({ecosystem, scope}: Omit<Library, 'name'>, path: string): boolean => {
  const directory = scope === '/' ? '/' : `${scope}/`
  return path.startsWith(directory) && lockFiles[ecosystem].test(path.slice(directory.length))
}
