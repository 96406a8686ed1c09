/** Whether a rule is meant: `os.package.version` by itself, `os.*` all that begin so, `*` every one. */
export const ruleFits = (pattern: string, rule: string): boolean =>
  pattern.endsWith('*') ? rule.startsWith(pattern.slice(0, -1)) : rule === pattern

/** `*` is any text, slashes included, `?` one character; undefined: every subject. */
export const subjectFits = (glob: string | undefined, subject: string): boolean =>
  glob === undefined || expressionOf(glob).test(subject)

/** As subjects fit; but a directory, `/app` or `/app/*`, means itself and all that is below, and nothing whose name only begins so. */
export const pathFits = (glob: string | undefined, subject: string): boolean => {
  const directory = glob?.startsWith('/') === true ? glob.replace(/\/\**$/, '') : undefined
  // The root alone is itself: who means all files leaves the subject out.
  if (!directory || /[*?]/.test(directory)) return subjectFits(glob, subject)
  return subject === directory || subject.startsWith(`${directory}/`)
}

const expressionOf = (glob: string): RegExp => {
  // Stars in a row are one: beside each other they would try every way of sharing a text out.
  const source = glob
    .replaceAll(/\*+/g, '*')
    .replaceAll(/[\\^$.|+()[\]{}]/g, String.raw`\$&`)
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]')
  return new RegExp(`^${source}$`, 'u')
}
