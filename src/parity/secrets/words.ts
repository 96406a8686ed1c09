import {looksSecret} from './looks-secret.ts'
import {secretDigest} from './secret-digest.ts'
import {isOpenName} from './secret-name.ts'
import {isSecretByForm} from './secret-value.ts'

/** A command, an instruction or a label, with a digest in the place of each secret, so that two of them can still be compared. */
export const withoutSecrets = (text: string): string =>
  /PRIVATE KEY-----/.test(text)
    ? hidden('', text)
    : text
        .replaceAll(credentials, (_, name: string, value: string) => `${name}${hidden('Authorization', value)}`)
        .replaceAll(wordInText, replacer())

/** Of a header, where they are a word of their own; a variable that a shell puts in is none. */
const credentials = /(\bauthorization["']?:\s*["']?(?:basic|bearer|token|digest)\s+)(?!\$|secret:)([^\s"']+)/gi

/** The same of a command in words. */
export const wordsWithoutSecrets = (words: readonly string[]): string[] => {
  const replace = replacer()
  return words.map((word) => (/\s/.test(word) ? withoutSecrets(word) : replace(word)))
}

const wordInText = /(?:"[^"]*"|'[^']*'|[^\s"'])+|["']/g

/** An option may have its value in the next word: `--token VALUE`. */
const replacer = () => {
  let option = ''
  return (word: string): string => {
    const before = option
    option = /^--?[a-z][\w-]*$/i.test(word) ? word : ''
    return quoted(word, before)
  }
}

const quoted = (word: string, option: string): string => {
  const {quote = '', inner = word} = /^(?<quote>["'])(?<inner>.*)\k<quote>$/s.exec(word)?.groups ?? {}
  const plain = bare(inner, option)
  // What is in quotes may be a line for a shell, with words of its own.
  return `${quote}${plain === inner && quote !== '' && /\s/.test(inner) ? withoutSecrets(inner) : plain}${quote}`
}

const assignment = /^(?<name>-{0,2}[A-Za-z][\w.-]*)(?<sign>[=:]\s*)(?<value>(?!\/\/).+)$/s

/** What the classic builder says of what it copied. */
const copied = /^(?:file|dir|multi):[0-9a-f]{64}$/
/** Of an image that is named with its digest. */
const imageDigest = /@sha256:[0-9a-f]{64}$/
const isHidden = /^secret:[0-9a-f]{24}$/
/** A line in quotes that begins with one is looked through word by word. */
const beginsHidden = /^secret:[0-9a-f]{24}(?:\s|$)/

const bare = (word: string, option: string): string => {
  const [pinned = ''] = imageDigest.exec(word) ?? []
  if (pinned !== '') return `${bare(word.slice(0, -pinned.length), option)}${pinned}`
  if (beginsHidden.test(word)) return word
  if (option !== '' && looksSecret(option, word)) return hidden(option, word)
  const {name = '', sign = '', value = ''} = assignment.exec(word)?.groups ?? {}
  if (isHidden.test(value) || (option === '' && copied.test(word))) return word
  if (sign !== '' && looksSecret(name, value)) return `${name}${sign}${hidden(name, value)}`
  if (sign !== '' && isOpenName(name) && !isSecretByForm(word)) return word
  return isSecretByForm(word) || looksSecret('', word) ? hidden('', word) : word
}

const hidden = (name: string, value: string): string => `secret:${secretDigest(name.replace(/^-*/, ''), value)}`
