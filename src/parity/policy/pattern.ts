/** Whether a rule is meant: `os.package.version` by itself, `os.*` all that begin so, `*` every one. */
export const ruleFits = (pattern: string, rule: string): boolean =>
  pattern.endsWith('*') ? rule.startsWith(pattern.slice(0, -1)) : rule === pattern

/** `*` is any text, slashes included, `?` one character; undefined: every subject. */
export const subjectFits = (glob: string | undefined, subject: string): boolean =>
  glob === undefined || expressionOf(glob).test(subject)

const expressionOf = (glob: string): RegExp => {
  // Stars in a row are one: beside each other they would try every way of sharing a text out.
  const source = glob
    .replaceAll(/\*+/g, '*')
    .replaceAll(/[\\^$.|+()[\]{}]/g, String.raw`\$&`)
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]')
  return new RegExp(`^${source}$`, 'u')
}
