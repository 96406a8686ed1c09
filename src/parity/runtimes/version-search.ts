import type {Reduction} from '../image/reduction.ts'
import {problem} from '../reduced/problem.ts'
import {stored} from '../reduced/reduce.ts'
import {search} from '../reduced/search.ts'
import {elfMagic} from './elf-magic.ts'

const reach = {before: 1, after: 128}

/** Looks in a program or library for a text that begins with a needle and has a version in it; the first needle that has one counts. */
export const versionSearch = (name: string, needles: Readonly<Record<string, RegExp>>): Reduction => ({
  name,
  begin() {
    const magic = elfMagic()
    const versions = new Map<string, string>()
    const found = search(Object.keys(needles), reach, (bytes, at) => {
      const text = bytes.toString('latin1')
      const needle = Object.keys(needles).find((each) => text.startsWith(each, at))
      const version = needle === undefined ? undefined : needles[needle]?.exec(text)?.groups?.['version']
      if (needle !== undefined && version !== undefined && !versions.has(needle)) versions.set(needle, version)
    })
    return {
      feed(bytes) {
        magic.feed(bytes)
        if (magic.maybe) found.feed(bytes)
      },
      end() {
        // A script that starts the program has its name.
        if (!magic.maybe) return undefined
        found.end()
        const [version] = Object.keys(needles)
          .map((needle) => versions.get(needle))
          .filter((each) => each !== undefined)
        return stored(version === undefined ? problem('it has no version in it') : {version})
      },
    }
  },
})
