/**
 * Where a link may lead on: a path of the same host, in the form in which browsers read it; `/` for everything else. What they take for
 * another host is no path: `//evil`, `/\evil`, and what becomes one of these when dots are resolved.
 */
export const localPath = (text: string | null | undefined): string => {
  if (text == null || !text.startsWith('/') || /[\\\p{Cc}\s]/u.test(text)) return '/'
  const base = 'http://host.invalid'
  const url = URL.parse(text, base)
  if (url === null || url.origin !== base || url.pathname.startsWith('//')) return '/'
  return url.pathname + url.search + url.hash
}
