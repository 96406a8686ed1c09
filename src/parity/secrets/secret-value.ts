import {credentials} from './scan/credentials.ts'
import {tokens} from './scan/tokens.ts'
import {entropyOf} from './scan/value.ts'

const formats = [...tokens, ...credentials].filter(({files}) => files === undefined)

// Also with a password that people make up: here nobody is told of it, it is only not kept.
const urlWithPassword = /\b[a-z][a-z\d+.-]*:\/\/[^\s:@/]*:[^\s@/]+@/i
const inConnection =
  /(?:^|[;\s&?])(?:password|pwd|passwd|secret|access_?token|api_?key|AccountKey|SharedAccessKey)=[^;\s&]+/i
const privateKey = /-----BEGIN (?:[A-Z\d]+ )*PRIVATE KEY/
const bearer = /^(?:Bearer|Basic) +[\w+/=.~-]{8,}$/i

/** Whether a value is one of the known forms of secrets, whatever it is called. */
export const isSecretByForm = (value: string): boolean =>
  urlWithPassword.test(value) ||
  inConnection.test(value) ||
  privateKey.test(value) ||
  bearer.test(value) ||
  formats.some(({pattern, accepts}) =>
    [...value.matchAll(pattern)].some((match) => accepts?.(match.groups?.['value'] ?? match[0]) ?? true),
  )

/** Whether a value is one that nobody types: a run of letters and digits in disorder. Names, paths, versions and addresses have none so long. */
export const looksGenerated = (value: string): boolean =>
  !/\s|:\/\/|^[./~$%-]/.test(value) &&
  value.split(/[^A-Za-z\d]+/).some((run) => run.length >= 20 && changesOf(run) >= 4 && entropyOf(run) >= 3.3)

/** How often letters and digits take turns. */
const changesOf = (run: string): number => run.match(/\d(?=[A-Za-z])|[A-Za-z](?=\d)/g)?.length ?? 0
