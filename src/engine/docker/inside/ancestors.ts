/** `/`, `/a`, `/a/b` of `/a/b/c`; none of `/` itself. */
export const ancestorsOf = (path: string): string[] => {
  const parts = path.split('/').slice(1, -1)
  return path === '/' ? [] : ['/', ...parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`)]
}
