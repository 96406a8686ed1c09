import type {Reduction} from '../image/reduction.ts'
import {problem} from '../reduced/problem.ts'
import {stored} from '../reduced/reduce.ts'
import {search} from '../reduced/search.ts'
import {elfMagic} from './elf-magic.ts'

const after = 128

/** Looks in a program or library for a text that begins with a needle and has a version in it; the first needle that has one counts. */
export const versionSearch = (name: string, needles: Readonly<Record<string, RegExp>>): Reduction => ({
  name,
  begin() {
    const magic = elfMagic()
    const versions = new Map<string, string>()
    const found = Object.entries(needles).map(([needle, pattern]) =>
      search([needle], {before: 1, after}, (bytes, at) => {
        if (versions.has(needle)) return
        const version = pattern.exec(bytes.toString('latin1').slice(at === 0 ? 0 : at - 1))?.groups?.['version']
        if (version !== undefined) versions.set(needle, version)
      }),
    )
    return {
      feed(bytes) {
        magic.feed(bytes)
        if (magic.maybe) found.forEach((each) => each.feed(bytes))
      },
      end() {
        // A script that starts the program has its name.
        if (!magic.maybe) return undefined
        found.forEach((each) => each.end())
        const version = Object.keys(needles)
          .map((needle) => versions.get(needle))
          .find((each) => each !== undefined)
        return stored(version === undefined ? problem('it has no version in it') : {version})
      },
    }
  },
})
