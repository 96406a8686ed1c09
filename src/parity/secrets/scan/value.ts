/** Bits for each character, by how often each comes: of random base64 of 40 characters about 4.8, of words about 3. */
export const entropyOf = (text: string): number => {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0)
}

const samples = /example|sample|placeholder|redacted|xxxx|\*\*\*|12345678|abcdefgh|(.)\1{6}/i
const standIns =
  /change-?_?me|dummy|fake|foo|bar|your|insert|replace|todo|hidden|secret|passw|token|s3cr3t|lorem|xxx|\.\.\.|<|>|12345|abcdef|deadbeef|qwert|letmein|localhost/i

/** What documentation has in the place of a token. */
export const isSample = (value: string): boolean => samples.test(value)

/** What documentation and settings to be filled in have in the place of a password. */
export const isStandIn = (value: string): boolean => isSample(value) || standIns.test(value) || /^(.)\1*$/.test(value)

/** A value that comes from elsewhere when the program runs: `${TOKEN}`, `process.env.TOKEN`, `/run/secrets/token`. */
export const isReference = (value: string): boolean =>
  /[$%]\{?[A-Z_a-z({]|\{\{|[()[\]]|^[./~]|^file:|^(?:[A-Za-z_]\w*\.)+[A-Za-z_]\w*$/.test(value)

/** Whether a value has what a generated secret has, and a word or a name has not. */
export const looksGenerated = (value: string): boolean =>
  // `scram-sha-256`, `node:24-slim`: each part is a word or a number.
  value.split(/[-_.:/@+]/).some((part) => /\d/.test(part) && /[a-z]/i.test(part)) &&
  value.length >= 12 &&
  entropyOf(value) >= (value.length >= 20 ? 3.3 : 3)

/** The first characters of a value, never more than an eighth of it: enough to know which one is meant. */
export const shownOf = (value: string): string => `${value.slice(0, Math.min(4, Math.floor(value.length / 8)))}…`
