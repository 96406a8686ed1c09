import {linesOf} from '../lines.ts'
import type {Named} from '../source.ts'

/** The keys of `packages:` in a pnpm-lock.yaml. All that is asked of the file is there, and pnpm writes a key to a line. */
export function* pnpmLock(text: string): Generator<Named, void, undefined> {
  let inside = false
  for (const line of linesOf(text)) {
    if (/^\S/.test(line)) inside = line.startsWith('packages:')
    const key = inside ? /^ {2}(['"]?)([^\s'"].*?)\1:(?: \{\})?$/.exec(line)?.[2] : undefined
    const named = key === undefined ? undefined : nameOf(key.replace(/^\//, '').replace(/\(.*$/, ''))
    if (named !== undefined) yield named
  }
}

/** `@scope/name@1.0.0`; before version 6 `@scope/name/1.0.0_peer@2.0.0`. */
const nameOf = (key: string): Named | undefined => {
  const found =
    /^(?<name>(?:@[^/]+\/)?[^/@]+)\/(?<version>\d[^/_]*)/.exec(key) ?? /^(?<name>@?[^@]+)@(?<version>[^/@]+)$/.exec(key)
  const {name, version} = found?.groups ?? {}
  return name === undefined || version === undefined ? undefined : [name, version]
}
