/** The parts of a path from the root that it is taken from, `.` and `..` worked out; `..` at the root is the root. */
export const partsOf = (path: string): string[] => {
  const parts: string[] = []
  for (const part of path.split('/'))
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  return parts
}

/** Absolute, without a slash at its end. */
export const absolute = (parts: readonly string[]): string => `/${parts.join('/')}`

/** `/a/b/c` gives `/a` and `/a/b`: what a path lies in, without the root. */
export const ancestorsOf = (path: string): string[] => {
  const parts = partsOf(path)
  return parts.slice(0, -1).map((_part, index) => absolute(parts.slice(0, index + 1)))
}

/** Whether the path lies in the directory or is it. */
export const within = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`)
