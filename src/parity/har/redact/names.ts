import {isSecretByName} from '../../secrets/secret-name.ts'
import {isSecretByForm} from '../../secrets/secret-value.ts'

/** Beside those whose names tell. */
const secretHeaders = new Set(['cookie', 'set-cookie', 'authorization', 'proxy-authorization', 'x-api-key'])

// A browser's session, and what people type of themselves.
const personal = /csrf|xsrf|session|^sid$|jwt|otp|^pin$|^cv[cv]\d?$|card.?number|^iban$|^ssn$|pass(?:word|wd|phrase)/i

/** Whether the value of a header, field or parameter is kept. */
export type IsSecret = (name: string, value: string) => boolean

/** By the look of name or value, or because it is among the names that were asked for, in any case. */
export const secretFields = (names: readonly string[]): IsSecret => {
  const asked = new Set(names.map((name) => name.toLowerCase()))
  return (name, value) =>
    value !== '' &&
    (asked.has(name.toLowerCase()) || personal.test(name) || isSecretByName(name, value) || isSecretByForm(value))
}

export const secretHeadersToo =
  (isSecret: IsSecret): IsSecret =>
  (name, value) =>
    secretHeaders.has(name.toLowerCase()) || (!name.toLowerCase().startsWith('sec-') && isSecret(name, value))
