import path from 'node:path'

/** Text with the users and passwords taken out of the URLs in it. `ssh://git@host` keeps its user, which is no secret. */
export const withoutCredentials = (text: string): string =>
  text
    .replaceAll(/\b((?:https?|ftps?):\/\/)[^\s/@'"]*@/gi, '$1')
    .replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@'"]+):[^\s/@'"]*@/gi, '$1@')

/** What a repository is called by its address: its last part, without `.git`. */
export const nameOf = (address: string): string => {
  const parts = address.replace(/[?#].*$/, '').split(/[/\\:]/)
  const named = parts.filter((part) => !['', '.git', '.bare'].includes(part)).at(-1) ?? 'repository'
  return named.replace(/\.git$/, '') || 'repository'
}

/** `https://…`, `ssh://…`, or `host:path` as scp has it. */
export const isRemote = (address: string): boolean =>
  /^[a-z][a-z0-9+.-]*:\/\//i.test(address) || (/^[^/\\:]+:/.test(address) && !/^[a-z]:[/\\]/i.test(address))

/** An address as it is in every directory. */
export const absoluteAddress = (address: string): string => (isRemote(address) ? address : path.resolve(address))

/** The address of a submodule, which may begin with `./` or `../` and is then beside its parent's (gitmodules(5)). */
export const relativeAddress = (parent: string, url: string): string => {
  if (!/^\.\.?\//.test(url)) return url
  let [base, rest] = [parent.replace(/\/+$/, ''), url]
  for (;;) {
    if (rest.startsWith('./')) rest = rest.slice(2)
    else if (rest.startsWith('../')) {
      rest = rest.slice(3)
      base = base.replace(/[/:][^/:]*$/, (end) => (end.startsWith(':') ? ':' : ''))
    } else return base.endsWith(':') ? `${base}${rest}` : `${base}/${rest}`
  }
}
