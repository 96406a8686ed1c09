const secretName = /key|token|secret|pass|pwd|credential|auth|private|dsn|salt|cookie|cert|webhook/i

// A URL with a user in it, a PEM block, or so many letters and digits without a blank that nobody types them.
const secretValue = /^[a-z][a-z0-9+.-]*:\/\/[^/\s@]+@|-----BEGIN |^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9+/_=.-]{32,}$/i

/** Whether a variable may hold a secret, by its name or its value. One taken for a secret by mistake costs little; the other way round it would lie on the disk. */
export const looksSecret = (name: string, value: string): boolean =>
  (secretName.test(name) && !namesFile(name, value)) || secretValue.test(value)

/** Where a secret lies is none: `POSTGRES_PASSWORD_FILE=/run/secrets/db_password`. */
const namesFile = (name: string, value: string): boolean => name.endsWith('_FILE') && /^\/[\w./-]+$/.test(value)

/** Whether a word of a command line may hold one: `--token=…`, `--password`. */
export const looksSecretWord = (word: string): boolean => {
  const [name = '', ...rest] = word.split('=')
  return rest.length > 0 || word.startsWith('-') ? looksSecret(name, rest.join('=')) : secretValue.test(word)
}
