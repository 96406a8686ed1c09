/** What keeps a client with its portion: a number from 0 to 1 that it is given once, so that it says nothing of any release. */
export const affinityCookie = 'imm-release'

/** Names the set of releases that a page came from, see together/; it says nothing of any of them. */
export const setCookieName = 'imm-set'

/** Begins the names of the cookies that open environments, see login/; the application never gets one. */
export const shareCookie = 'imm-share'

/** The name or `candidate`: reaches that release, whatever the weights. */
export const releaseHeader = 'x-imm-release'

const digits = 10
const tokenPattern = /(?:^|;)[ \t]*imm-release=(0\.\d{1,17})[ \t]*(?:;|$)/

/** The token of a Cookie header; undefined where there is none, or one that is none of ours. */
export const tokenOf = (cookie: string | undefined): number | undefined => {
  const token = cookie === undefined ? undefined : tokenPattern.exec(cookie)?.[1]
  return token === undefined ? undefined : Number(token)
}

// Each token is as far as can be from all before it, however many there are (Kronecker sequence of the golden ratio): where drawn lots may
// give a share of 5 % none of the first 50 clients, this gives it two or three.
const stride = (Math.sqrt(5) - 1) / 2

/** The token after this one. */
export const nextToken = (token: number): number => {
  const next = (token + stride) % 1
  // As many digits as the cookie has: the first request must not be judged by another number than the next ones.
  return Math.floor(next * 10 ** digits) / 10 ** digits
}

export const setCookie = (token: number): string =>
  `${affinityCookie}=${token.toFixed(digits)}; Path=/; SameSite=Lax; HttpOnly`

const ours = new RegExp(`^(?:${affinityCookie}|${setCookieName}|(?:__Host-)?${shareCookie}-[\\da-f]+)$`)

/** Whether one of ours may be in the Cookie header. */
export const mayHaveOurs = (cookie: string): boolean => cookie.includes('imm-')

/** The Cookie header without ours; undefined where nothing is left. */
export const withoutAffinity = (cookie: string): string | undefined => {
  if (!mayHaveOurs(cookie)) return cookie
  const pairs = cookie.split(';')
  const others = pairs.filter((pair) => !ours.test(pair.split('=', 1)[0]?.trim() ?? ''))
  if (others.length === pairs.length) return cookie
  return others.length === 0 ? undefined : others.join(';').trimStart()
}
