/** Whether a path is one of a pattern: `*` is any text within a step, `**` also of several. */
export const matchesPath = (pattern: string, path: string): boolean => {
  const source = pattern
    .split(/(\/\*\*$|\*\*\/|\*\*|\*|\?)/)
    .map((part) => {
      // `/admin/**` is `/admin`, too.
      if (part === '/**') return '(?:/.*)?'
      if (part === '**/') return '(?:.*/)?'
      if (part === '**') return '.*'
      if (part === '*') return '[^/]*'
      return part === '?' ? '[^/]' : RegExp.escape(part)
    })
    .join('')
  return new RegExp(`^${source}$`).test(path)
}
