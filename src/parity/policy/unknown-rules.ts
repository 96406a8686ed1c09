import type {ParitySettings} from '../../config/parity.ts'
import {suggest} from '../../config/suggest.ts'
import type {Rule} from '../report/rule.ts'
import {ruleFits} from './pattern.ts'

/** A line for each rule in imm.yaml that there is not: most are misspelt, some are of another imm. */
export const unknownRules = (
  {rules: severities, places = {}, exceptions}: Pick<ParitySettings, 'rules' | 'places' | 'exceptions'>,
  rules: readonly Rule[],
): string[] => {
  const written = [
    ...Object.keys(severities).map((rule) => ({rule, key: 'parity.rules', place: places[rule]})),
    ...exceptions.map(({rule, place}) => ({rule, key: 'parity.exceptions', place})),
  ]
  return written
    .filter(({rule}) => !rules.some(({id}) => ruleFits(rule, id)))
    .map(({rule, key, place}) => {
      const meant = suggest(rule, namesLike(rule, rules))
      const at = place ? `${place.file}${place.line === undefined ? '' : `:${place.line}`}: ` : ''
      return `${at}${key}: there is no rule ${rule}${meant === undefined ? '' : `; did you mean ${meant}?`}`
    })
}

/** For a beginning the beginnings that there are: `os.*`, `os.package.*`. */
const namesLike = (rule: string, rules: readonly Rule[]): string[] => {
  const ids = rules.map(({id}) => id)
  if (!rule.endsWith('*')) return ids
  return ids.flatMap((id) => {
    const parts = id.split('.').slice(0, -1)
    return parts.map((_, index) => `${parts.slice(0, index + 1).join('.')}.*`)
  })
}
