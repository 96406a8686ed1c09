import {suggest} from '../../config/suggest.ts'
import {ImmError} from '../../errors.ts'

/** A word alone, which may be any kind of side: what it looks like is named first. */
export const ambiguous = (text: string): ImmError => {
  const meant = [...new Set([...likely(text), ...(/\s/.test(text) ? [] : [`image:${text}`, `git:${text}`])])]
  return new ImmError('SIDE_UNKNOWN', `"${text}" does not say what kind of side it is`, {
    next: `Did you mean ${listed(meant.slice(0, 3))}?`,
  })
}

/** With a colon, and no kind that there is in front of it: a slip of the hand, or an image with its tag. */
export const unknownKind = (text: string, kind: string, kinds: readonly string[]): ImmError => {
  const near = suggest(kind, kinds)
  const meant = near === undefined ? `image:${text}` : `${near}:${text.slice(kind.length + 1)}`
  return new ImmError('SIDE_UNKNOWN', `there is no kind of side "${kind}": ${kinds.join(', ')} and URLs are known`, {
    next: `Did you mean ${meant}?`,
  })
}

/** What a reference names is not in its file. */
export const notFound = (what: string, wanted: string, where: string, there: readonly string[]): ImmError => {
  const near = suggest(wanted, there)
  const known = there.length === 0 ? 'It has none.' : `It has ${listed(there.slice(0, 12), 'and')}.`
  return new ImmError('SIDE_NOT_FOUND', `${where} has no ${what} ${wanted}`, {
    next: near === undefined ? known : `Did you mean ${near}? ${known}`,
  })
}

const likely = (text: string): string[] => {
  if (/^r\d+(-[0-9a-f]{7})?$/.test(text)) return [`release:${text}`]
  if (/\.(tar|tgz|tar\.gz|tar\.zst|oci)$/.test(text)) return [`archive:${text}`]
  if (text.endsWith('.lock')) return [`lock:${text}`]
  if (/compose[^/]*\.ya?ml(#|$)/.test(text)) return [`compose:${withPart(text, 'service')}`]
  if (/\.(ya?ml|json)(#|$)/.test(text)) return [`k8s:${withPart(text, 'Deployment/name')}`, `compose:${text}`]
  if (text === 'main' || text === 'master') return [`env:${text}`, `git:${text}`]
  if (/^[0-9a-f]{12}$|^[0-9a-f]{64}$/.test(text)) return [`container:${text}`, `image:${text}`]
  if (/^[0-9a-f]{7,40}$/.test(text)) return [`git:${text}`]
  if (/^(localhost|[a-z0-9-]+(\.[a-z0-9-]+)+)(\/|$)/.test(text) && !text.includes(':'))
    return [`https://${text}`, `image:${text}`]
  return []
}

const withPart = (text: string, part: string): string => (text.includes('#') ? text : `${text}#${part}`)

export const listed = (words: readonly string[], last = 'or'): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`
