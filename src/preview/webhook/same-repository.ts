/**
 * Whether what the sender calls `team/shop` is the repository of an origin, be that `git@host:team/shop.git` or `https://host/git/team/shop`.
 * The host is left out of it: people reach the same one by several names.
 */
export const isSameRepository = (name: string, origin: string): boolean => {
  const wanted = partsOf(name)
  const given = partsOf(origin.replace(/[?#].*$/, ''))
  return wanted.length > 0 && wanted.every((part, index) => given[given.length - wanted.length + index] === part)
}

const partsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .split(/[/:]/)
    .filter((part) => part !== '')
