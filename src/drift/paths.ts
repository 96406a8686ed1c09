/** The directories above a path, nearest first, without the root. */
export const above = (path: string): string[] => {
  const parent = path.slice(0, path.lastIndexOf('/'))
  return parent === '' ? [] : [parent, ...above(parent)]
}

/** The path itself, or below it. */
export const within = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`)
