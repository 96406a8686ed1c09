/** `dbPassword`, `DB_PASSWORD` and `db.password` are the words db and password. */
const wordsOf = (name: string): string[] =>
  name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean)

const secretive =
  /^(?:\w*pass(?:w(?:or)?d|phrase|code)?s?|\w*pwd|\w*secrets?|\w*tokens?|creds?|credentials?|auth|private|salt|pepper|cookie|webhook|dsn|\w*apikeys?|\w*keys?)$/

/** What has such a word, too, is for everybody to see: keys to check signatures with, digests of downloads. */
const open =
  /^(?:gpg|pgp|public|publishable|pub|site|sort|primary|foreign|partition|map|cache|keyring|checksum|fingerprint|sha\d*|sha\d+sums?|bypass|compass|monkeys?|keyserver)$/

/** Says something of a secret, where the value is nothing but a number, a switch or a word. */
const about =
  /^(?:ttl|length|len|size|min|max|count|limit|enabled?|disabled?|required?|expir(?:y|es|ation)|lifetime|age|timeout|interval|type|kind|algorithm|alg|name|header|prefix|method|mode|provider|issuer|audience|rounds|cost|version|policy|scheme|url|uri|host|port|file|path|dir|id)$/
const plainValue =
  /^(?:-?[\d.]+(?:ms|s|m|h|d)?|[a-z]+(?:[-_ ][a-z]+)*|[A-Za-z]+|[A-Z]{1,5}\d{1,3}|https?:\/\/[^\s@?]+)$/
const switches = /^(?:true|false|yes|no|on|off|none|null|disabled?|enabled?|auto|\d?)$/i
const place = /^(?:file:)?[./~][\w./~-]*$/

/** Directories of the shell, and what a desktop knows its sessions by. */
const known = new Set(['PWD', 'OLDPWD', 'SSH_AUTH_SOCK', 'XAUTHORITY'])

/** Whether a name says that its value is a secret. `TOKEN_TTL=3600` and `PASSWORD_FILE=/run/secrets/password` say something about one. */
export const isSecretByName = (name: string, value: string): boolean => {
  const words = wordsOf(name)
  if (known.has(name) || !words.some((word) => secretive.test(word))) return false
  if (switches.test(value) || isOpen(words)) return false
  const speaksAbout = words.some((word) => about.test(word))
  return !(speaksAbout && plainValue.test(value)) && !(place.test(value) && value.includes('/') && speaksAbout)
}

/** `PUBLIC_KEY`, `GPG_KEYS`; never `PUBLIC_PASSWORD`. */
export const isOpen = (words: readonly string[]): boolean =>
  words.some((word) => open.test(word)) && !words.some((word) => /pass(?:w|p)|secret|token|private/.test(word))

/** Whether a value that looks generated is to be expected under that name. */
export const isOpenName = (name: string): boolean => {
  const words = wordsOf(name)
  return isOpen(words) || words.some((word) => /^(?:commit|revision|rev|digest|hash|etag|build|version)$/.test(word))
}
