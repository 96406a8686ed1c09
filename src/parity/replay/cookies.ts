/** What a side has set so far: recorded cookies are of another's sessions, and are not kept. */
export interface Jar {
  /** undefined: nothing */
  header(): string | undefined
  take(setCookie: readonly string[]): void
}

export const cookieJar = (): Jar => {
  const cookies = new Map<string, string>()
  return {
    header: () => (cookies.size === 0 ? undefined : [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')),
    take(setCookie) {
      for (const text of setCookie) {
        const [pair = '', ...attributes] = text.split(';')
        const at = pair.indexOf('=')
        if (at <= 0) continue
        const isOver = attributes.some((each) => /^\s*max-age\s*=\s*(?:0|-\d+)\s*$/i.test(each))
        if (isOver) cookies.delete(pair.slice(0, at).trim())
        else cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim())
      }
    },
  }
}
