import type {Dependency, ImageSide} from '../facts.ts'
import {dependencyPurl, packagePurl, runtimePurl} from './purl.ts'

export interface Component {
  type: 'application' | 'container' | 'library' | 'operating-system' | 'platform'
  'bom-ref': string
  name: string
  version?: string
  purl?: string
  properties?: readonly {name: string; value: string}[]
}

/** A package that another tool found. */
export interface OtherPackage {
  name: string
  version: string
  purl: string
  path?: string | undefined
}

/** What an image is made of: its system, packages, runtimes and libraries; each once, wherever it is found. */
export const componentsOf = (
  {os, packages, runtimes, dependencies}: ImageSide,
  others: readonly OtherPackage[] = [],
): Component[] => {
  const all: Component[] = [
    ...(os === undefined
      ? []
      : [
          {
            type: 'operating-system' as const,
            'bom-ref': `os:${os.id}@${os.version}`,
            name: os.id,
            ...versionOf(os.version),
          },
        ]),
    ...packages.flatMap(({manager, packages: each}) =>
      each.map((one): Component => {
        const purl = packagePurl(manager, one, os)
        return {
          type: 'library',
          'bom-ref': purl,
          name: one.name,
          ...versionOf(one.version),
          purl,
          properties: [{name: 'imm:manager', value: manager}],
        }
      }),
    ),
    ...runtimes.map((runtime): Component => {
      const purl = runtimePurl(runtime)
      return {
        type: 'platform',
        'bom-ref': purl,
        name: runtime.name,
        ...versionOf(runtime.version),
        purl,
        properties: [{name: 'imm:path', value: runtime.path}],
      }
    }),
    ...dependencies.map(libraryOf),
  ]
  const known = new Set(all.map(({purl}) => plain(purl)))
  const more = others.filter(({purl}) => !known.has(plain(purl))).map(foundBySyft)
  return [...Map.groupBy([...all, ...more], (each) => each['bom-ref']).values()].map(merged)
}

/** Without what tools say differently of the same package. */
const plain = (purl: string | undefined): string | undefined => purl?.replace(/[?#].*$/s, '')

const foundBySyft = ({name, version, purl, path}: OtherPackage): Component => ({
  type: 'library',
  'bom-ref': purl,
  name,
  ...versionOf(version),
  purl,
  properties: [{name: 'imm:found-by', value: 'syft'}, ...(path === undefined ? [] : [{name: 'imm:path', value: path}])],
})

const libraryOf = (dependency: Dependency): Component => {
  const {name, version, scope, source} = dependency
  const purl = dependencyPurl(dependency)
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    ...versionOf(version),
    purl,
    properties: [
      {name: 'imm:scope', value: scope},
      {name: 'imm:source', value: source},
    ],
  }
}

// A component's version may be left out and not be empty, for those who read it.
const versionOf = (version: string): {version?: string} => (version === '' ? {} : {version})

/** The same library below two directories is one component that says both. */
const merged = (same: readonly Component[]): Component => {
  const [first] = same
  if (first === undefined) throw new RangeError('a group is never empty')
  const said = new Map(
    same.flatMap(({properties = []}) => properties).map((each) => [`${each.name}=${each.value}`, each]),
  )
  return said.size === 0 ? first : {...first, properties: [...said.values()]}
}
