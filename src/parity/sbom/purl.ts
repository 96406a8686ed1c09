import type {Dependency, Runtime} from '../facts.ts'
import type {OsRelease} from '../os-release.ts'
import type {Package, PackageManager} from '../packages/package.ts'

interface Parts {
  type: string
  namespace?: string | undefined
  name: string
  version?: string | undefined
  qualifiers?: Readonly<Record<string, string | undefined>>
}

/** A package URL, by which scanners know what a component is (https://github.com/package-url/purl-spec). */
export const purlOf = ({type, namespace, name, version, qualifiers = {}}: Parts): string => {
  const path = [...(namespace ?? '').split('/').filter(Boolean), name].map(encoded).join('/')
  const query = Object.entries(qualifiers)
    .filter((each): each is [string, string] => each[1] !== undefined && each[1] !== '')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${encoded(value)}`)
    .join('&')
  return `pkg:${type}/${path}${version ? `@${encoded(version)}` : ''}${query && `?${query}`}`
}

/** All but letters, digits and `.-_~:`, which is less than encodeURIComponent leaves. */
const encoded = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':')

const systemTypes: Record<PackageManager, string> = {dpkg: 'deb', apk: 'apk', rpm: 'rpm'}

export const packagePurl = (
  manager: PackageManager,
  {name, version, architecture}: Package,
  os?: OsRelease,
): string => {
  // The epoch is part of the version in Debian, and a qualifier in rpm.
  const [, epoch, rest] = (manager === 'rpm' && /^(\d+):(.*)$/.exec(version)) || []
  const distro = os && [os.id, os.version].filter(Boolean).join('-')
  return purlOf({
    type: systemTypes[manager],
    namespace: os?.id ?? {dpkg: 'debian', apk: 'alpine', rpm: undefined}[manager],
    name: manager === 'rpm' ? name : name.toLowerCase(),
    version: rest ?? version,
    qualifiers: {arch: architecture, epoch, distro},
  })
}

export const runtimePurl = ({name, version}: Runtime): string => purlOf({type: 'generic', name, version})

export const dependencyPurl = ({ecosystem, name, version}: Dependency): string => {
  switch (ecosystem) {
    case 'npm':
      return purlOf({type: 'npm', ...splitLast(name, '/'), version})
    case 'pypi':
      return purlOf({type: 'pypi', name: name.toLowerCase().replaceAll('_', '-'), version})
    case 'gem':
      return purlOf({type: 'gem', name, version})
    case 'go':
      return purlOf({type: 'golang', ...splitLast(name.toLowerCase(), '/'), version})
    case 'maven':
      return purlOf({type: 'maven', ...splitLast(name, ':'), version})
    default:
      throw new TypeError(`no package URL for ${String(ecosystem satisfies never)}`)
  }
}

const splitLast = (text: string, at: string): {namespace?: string; name: string} => {
  const index = text.lastIndexOf(at)
  return index === -1 ? {name: text} : {namespace: text.slice(0, index), name: text.slice(index + 1)}
}
