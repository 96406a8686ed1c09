import {credentials} from '../../secrets/scan/credentials.ts'
import {tokens} from '../../secrets/scan/tokens.ts'
import type {Found} from './found.ts'
import {redacted} from './marker.ts'
import type {IsSecret} from './names.ts'

const formats = [...tokens, ...credentials].filter(({files}) => files === undefined)

// `"password": "x"` also of scripts and of JSON that is none; `password=x`; what forms and pages carry.
const pairs: readonly RegExp[] = [
  /(?<name>[\w.-]{2,60})\\?["']?\s{0,3}:\s{0,3}\\?["'](?<value>[^"'\\\n]{1,4000})/g,
  /(?<name>[\w.[\]-]{2,60})=(?<value>[^\s&;"'<>]{1,4000})/g,
  /<(?:input|meta)\b[^>]{0,400}?\b(?:name|id)=["']?(?<name>[\w.[\]:-]{2,60})["']?[^>]{0,400}?\b(?:value|content)=["']?(?<value>[^"'\s>]{1,4000})/gi,
  /<(?:input|meta)\b[^>]{0,400}?\b(?:value|content)=["']?(?<value>[^"'\s>]{1,4000})["']?[^>]{0,400}?\b(?:name|id)=["']?(?<name>[\w.[\]:-]{2,60})/gi,
]

/** Takes what looks like a secret out of a text of any kind. */
export const redactText = (text: string, isSecret: IsSecret, found: Found): string => {
  let result = text
  for (const pattern of pairs)
    result = result.replaceAll(pattern, (match, ...rest) => {
      const {name = '', value = ''} = rest.at(-1) as Record<string, string>
      if (value === redacted || !isSecret(name, value)) return match
      found.add(value)
      return match.replace(value, () => redacted)
    })
  for (const {pattern, accepts} of formats)
    result = result.replaceAll(pattern, (match, ...rest) => {
      const last: unknown = rest.at(-1)
      const value = (typeof last === 'object' ? (last as Record<string, string>)['value'] : undefined) ?? match
      if (accepts?.(value) === false) return match
      found.add(value)
      return match.replace(value, () => redacted)
    })
  return result
}
