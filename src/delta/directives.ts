import {full, type Full} from './full.ts'

// Docker's own, in its stable releases: what a delta relies on means the same in all of them (docs.docker.com, Dockerfile release notes), and what
// later ones add is a flag or an instruction that is not known here.
const stableSyntax = /^(?:docker\.io\/)?docker\/dockerfile:1(?:\.\d+){0,2}$/

/** Comments at the top of a Dockerfile that change how it is read: Full for all but those that say what holds anyway. */
export const readDirectives = (text: string, dockerfile: string): Full | undefined => {
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (index === 0 && line.startsWith('#!')) continue
    const [, key = '', value = ''] = /^\s*(?:#|\/\/)\s*([A-Za-z]\w*)\s*=\s*(.+?)\s*$/.exec(line) ?? []
    if (key === '') return undefined
    if (key.toLowerCase() === 'escape' && value === '\\') continue
    if (key.toLowerCase() === 'syntax' && stableSyntax.test(value)) continue
    return full(`# ${key}=${value} may give the instructions another meaning`, {dockerfile, line: index + 1})
  }
  return undefined
}
