import type {Versioned} from '../version.ts'

/** A module's path and version. */
export type Module = readonly [path: string, version: string]

/** What a Go program says of how it was built (`go version -m`); the version is that of Go, `1.24.3`. */
export interface BuildInfo extends Versioned {
  /** of the program itself; without modules there is none */
  main?: Module | undefined
  modules: readonly Module[]
}

/** The text that `debug/buildinfo` calls modinfo: a line for each fact, its parts separated by tabs. */
export const buildInfoOf = (goVersion: string, text: string): BuildInfo => {
  let main: Module | undefined
  const modules: Module[] = []
  const settings = new Map<string, string>()
  let last: 'mod' | 'dep' | undefined
  for (const line of text.split('\n')) {
    const [kind, path = '', version = ''] = line.split('\t')
    if (kind === 'mod') main = [path, version]
    else if (kind === 'dep') modules.push([path, version])
    // What the line before was replaced by is what the program has.
    else if (kind === '=>' && last === 'mod' && main !== undefined) main = replaced(main, path, version)
    else if (kind === '=>' && last === 'dep') modules.push(replaced(modules.pop() ?? ['', ''], path, version))
    else if (kind === 'build') settings.set(path.split('=', 1)[0] ?? '', path.slice(path.indexOf('=') + 1))
    last = kind === 'mod' || kind === 'dep' ? kind : undefined
  }
  return {
    version: goVersion.replace(/^go(?=\d)/, ''),
    ...(main !== undefined && {main: [main[0], versionOf(main[1], settings)] as const}),
    modules,
  }
}

/** A copy in the source tree has no version that means anything: `./internal (devel)`. */
export const replaced = ([path]: Module, by: string, version: string): Module => [
  path,
  by === path ? version : `=>${by}${version === '' || version === '(devel)' ? '' : `@${version}`}`,
]

/** A program built in its own source tree says `(devel)`; its commit tells more. */
const versionOf = (version: string, settings: ReadonlyMap<string, string>): string => {
  const revision = settings.get('vcs.revision')
  if (revision === undefined || (version !== '(devel)' && version !== '')) return version || '(devel)'
  return settings.get('vcs.modified') === 'true' ? `${revision}+dirty` : revision
}
