import {looksSecret} from '../../secrets/looks-secret.ts'
import {secretDigest} from '../../secrets/secret-digest.ts'
import {withoutSecrets, wordsWithoutSecrets} from '../../secrets/words.ts'

/** What a file says as JSON, the same whatever the order of its keys, with a digest in the place of each secret. */
export const canonical = (value: unknown): string => JSON.stringify(plain(value))

const plain = (value: unknown, name = ''): unknown => {
  if (typeof value === 'string') return textOf(name, value)
  if (isWords(value)) return wordsWithoutSecrets(value)
  if (Array.isArray(value)) return value.map((each) => plain(each, name))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, plain(each, key)]),
  )
}

const isWords = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string')

/** `o: addr=10.0.0.1,password=…` is how a volume's driver is told to mount. */
const textOf = (name: string, text: string): string => {
  if (name !== '' && looksSecret(name, text)) return `secret:${secretDigest(name, text)}`
  return name === 'o' ? wordsWithoutSecrets(text.split(',')).join(',') : withoutSecrets(text)
}
