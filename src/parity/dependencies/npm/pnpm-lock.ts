import {linesOf} from '../lines.ts'
import type {Named} from '../source.ts'

interface Entry {
  key: string
  /** as it is said below the key, of what is from no registry */
  name?: string
  version?: string
  isDirectory?: boolean
}

/** The entries of `packages:` in a pnpm-lock.yaml. All that is asked of the file is there, and pnpm writes a key to a line. */
export function* pnpmLock(text: string): Generator<Named, void, undefined> {
  let inside = false
  let entry: Entry | undefined
  for (const line of linesOf(projectOf(text))) {
    if (/^\S/.test(line)) inside = line.startsWith('packages:')
    const key = inside ? keyOf(line) : undefined
    if (key !== undefined || !inside) {
      yield* namedOf(entry)
      entry = key === undefined ? undefined : {key: key.replace(/^\//, '').replace(/\(.*$/, '')}
    } else if (entry !== undefined) {
      const [, field, , value = ''] = /^ {4}(name|version): (['"]?)([^\s'"]+)\2$/.exec(line) ?? []
      if (field === 'name' || field === 'version') entry[field] = value
      else if (/^ {2}[ :] resolution: \{.*\btype: directory\b/.test(line)) entry.isDirectory = true
    }
  }
  yield* namedOf(entry)
}

/** Since version 11 there may be a document before it, of pnpm itself and of what configures it. */
const projectOf = (text: string): string => text.slice(text.lastIndexOf('\n---') + 1)

/** Long ones, of those that say what they are installed beside, are in YAML's form for such: `? key`. */
const keyOf = (line: string): string | undefined =>
  (/^ {2}(['"]?)([^\s'"?].*?)\1:(?: \{\})?$/.exec(line) ?? /^ {2}\? (['"]?)([^\s'"].*?)\1$/.exec(line))?.[2]

/** A directory of the project itself is nothing that is fetched. */
const namedOf = (entry: Entry | undefined): Named[] => {
  if (entry === undefined || entry.isDirectory) return []
  const [keyName, keyVersion] = inKey(entry.key) ?? [/^((?:@[^@/]+\/)?[^@/]+)@/.exec(entry.key)?.[1], undefined]
  const [name, version] = [entry.name ?? keyName, entry.version ?? keyVersion]
  return name === undefined || version === undefined ? [] : [[name, version]]
}

/** `@scope/name@1.0.0`; before version 6 `@scope/name/1.0.0_peer@2.0.0`. */
const inKey = (key: string): Named | undefined => {
  const found =
    /^(?<name>(?:@[^/]+\/)?[^/@]+)\/(?<version>\d[^/_]*)/.exec(key) ?? /^(?<name>@?[^@]+)@(?<version>[^/@]+)$/.exec(key)
  const {name, version} = found?.groups ?? {}
  return name === undefined || version === undefined ? undefined : [name, version]
}
