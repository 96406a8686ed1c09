import {looksSecret} from '../release/secrets.ts'

/** Takes secrets out of what is kept for good. */
export interface Redactor {
  /** From now on, values of variables that look like secrets are known. */
  learn(variables: Readonly<Record<string, string>>): void
  /** From now on, this text is known, whatever it is called. */
  hide(name: string, text: string): void
  /** The same value with those taken out of every text in it, at any depth; long texts and lists are cut. */
  redact<T>(value: T): T
}

const sensitive = /token|secret|passw|pwd|key|credential|auth|cookie|dsn/i

/** Whether what has this name is a secret by the look of it. */
export const looksSensitive = (name: string): boolean => sensitive.test(name)

// Shorter ones are found in every other line: taking those out would hide the cause and no secret.
const shortestSecret = 8
const longestText = 2000
const longestList = 100

const withUser = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi

/** imm's own words: a secret that is one of them must not change what an entry says. */
const ownFields = new Set(['type', 'release', 'previous', 'stage', 'code', 'cause', 'how', 'state', 'what'])

export const createRedactor = (): Redactor => {
  const names = new Map<string, string>()
  let longestFirst: (readonly [secret: string, name: string])[] = []

  const redactText = (text: string): string => {
    let clean = text.replaceAll(withUser, '$1[redacted]@')
    for (const [secret, name] of longestFirst) clean = clean.replaceAll(secret, `[redacted ${name}]`)
    return clean.length > longestText ? `${clean.slice(0, longestText)}…` : clean
  }
  const redact = (value: unknown): unknown => {
    if (typeof value === 'string') return redactText(value)
    if (Array.isArray(value)) return value.slice(0, longestList).map(redact)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, ownFields.has(key) ? inner : redact(inner)]),
    )
  }
  const know = (name: string, secrets: readonly string[]) => {
    for (const secret of secrets) names.set(secret, name)
    longestFirst = [...names].toSorted(([a], [b]) => b.length - a.length)
  }
  return {
    learn(variables) {
      for (const [name, value] of Object.entries(variables)) know(name, secretsOf(name, value))
    },
    hide: (name, text) => know(name, linesOf(text).filter(isLong)),
    redact: <T>(value: T) => redact(value) as T,
  }
}

/** Also each line of it: output comes line by line. And of an address what stands in front of its host. */
const secretsOf = (name: string, value: string): string[] => {
  const user = /^[a-z][a-z0-9+.-]*:\/\/([^\s/@]+)@/i.exec(value)?.[1]
  if (user === undefined && !looksSensitive(name) && !looksSecret(name, value)) return []
  const password = user?.slice(user.indexOf(':') + 1) ?? ''
  return [...linesOf(value), password, decoded(password)].filter(isLong)
}

const linesOf = (text: string): string[] => [text, text.trim(), ...text.split(/\r?\n/)]
const isLong = (text: string): boolean => text.length >= shortestSecret

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
