import type {Dependency} from '../../facts.ts'

type Library = Pick<Dependency, 'ecosystem' | 'name' | 'scope'>

/** Whether a file is a library's, by where its installer puts it. `target`: of a link. */
export const isOfLibrary = ({ecosystem, name, scope}: Library, path: string, target = ''): boolean =>
  (path === scope || path.startsWith(scope === '/' ? '/' : `${scope}/`)) &&
  places[ecosystem]({name, scope, path, target})

interface Place {
  name: string
  scope: string
  path: string
  target: string
}

const places: Readonly<Record<Dependency['ecosystem'], (place: Place) => boolean>> = {
  npm: ({name, path, target}) =>
    path.includes(`/node_modules/${name}/`) ||
    path.endsWith('/node_modules/.package-lock.json') ||
    (path.includes('/node_modules/.bin/') && target.includes(`../${name}/`)) ||
    path.includes(`/node_modules/.pnpm/${name.replace('/', '+')}@`),
  // The directory of a package has the name of its module, which is near to that of the package in most cases (`yaml` of PyYAML); where it
  // is not, its files are told by themselves.
  pypi: ({name, path}) => {
    const [, top] = /\/(?:site|dist)-packages\/([^/]+)/.exec(path) ?? []
    if (top === undefined) return path.endsWith(`/bin/${name}`)
    const module = plain(top.replace(/(?:-[^/]*)?\.(?:dist|egg)-info$|\.(?:py|so|libs)$/, ''))
    return module.length > 2 && plain(name).includes(module)
  },
  gem: ({name, path}) => new RegExp(`/(?:gems|specifications|cache|doc|extensions/.*)/${escaped(name)}-\\d`).test(path),
  go: ({name, scope, path}) =>
    path === scope || path.includes(`/${name}@`) || path.startsWith(`${scope}/vendor/${name}/`),
  maven: ({name, path}) => new RegExp(`/${escaped(name.split(':').at(-1) ?? name)}-\\d[^/]*\\.[jwe]ar$`).test(path),
}

const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_.]+/g, '')

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

const lockFiles: Readonly<Record<Dependency['ecosystem'], RegExp>> = {
  npm: /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml)$/,
  pypi: /^(?:requirements[^/]*\.txt|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock)$/,
  gem: /^(?:Gemfile\.lock|gems\.locked)$/,
  go: /^go\.(?:mod|sum)$/,
  maven: /^gradle\.lockfile$/,
}

export const isLockFile = ({ecosystem, scope}: Omit<Library, 'name'>, path: string): boolean => {
  const directory = scope === '/' ? '/' : `${scope}/`
  return path.startsWith(directory) && lockFiles[ecosystem].test(path.slice(directory.length))
}
