import {replaced} from '../../runtimes/go/build-info.ts'
import {linesOf} from '../lines.ts'
import type {Named} from '../source.ts'

/** go.mod: what it requires, with what is replaced as the build would see it. */
export const goMod = (text: string): Named[] => {
  const required: Named[] = []
  const replacements = new Map<string, readonly [by: string, version: string]>()
  let block = ''
  for (const line of linesOf(text)) {
    const words = line
      .replace(/\/\/.*$/, '')
      .trim()
      .split(/\s+/)
    if (words[0] === ')') block = ''
    else if (words[1] === '(') block = words[0] ?? ''
    else if (block === 'require' || words[0] === 'require') {
      const [path, version] = block === 'require' ? words : words.slice(1)
      if (path !== undefined && version !== undefined) required.push([path, version])
    } else if (block === 'replace' || words[0] === 'replace') {
      const all = block === 'replace' ? words : words.slice(1)
      const arrow = all.indexOf('=>')
      // With a version on the left it is for that one alone.
      const key = all.slice(0, Math.max(arrow, 0)).join(' ')
      replacements.set(key, [all[arrow + 1] ?? '', all[arrow + 2] ?? ''])
    }
  }
  return required.map(([path, version]) => {
    const by = replacements.get(`${path} ${version}`) ?? replacements.get(path)
    return by === undefined ? [path, version] : replaced([path, version], ...by)
  })
}
