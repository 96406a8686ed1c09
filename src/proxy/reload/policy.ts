/**
 * What a Content-Security-Policy header (several are joined by commas; CSP 3) makes of a script of the page's own origin that connects to it:
 * undefined where it would not run, else the nonce that it needs, or none.
 */
export const scriptUnder = (header: string | undefined, host: string): {nonce: string | undefined} | undefined => {
  let nonce: string | undefined
  for (const policy of (header ?? '').split(',')) {
    const directives = directivesOf(policy)
    const sandbox = directives.get('sandbox')
    if (sandbox !== undefined && !(sandbox.includes('allow-scripts') && sandbox.includes('allow-same-origin')))
      return undefined
    const fallback = directives.get('default-src')
    if (!allowsOwn(directives.get('connect-src') ?? fallback, host)) return undefined
    const script = directives.get('script-src-elem') ?? directives.get('script-src') ?? fallback
    // `strict-dynamic` makes browsers ignore where a script is from.
    if (!script?.includes("'strict-dynamic'") && allowsOwn(script, host)) continue
    const given = script?.map((source) => noncePattern.exec(source)?.[1]).find((found) => found !== undefined)
    if (given === undefined || (nonce !== undefined && nonce !== given)) return undefined
    nonce = given
  }
  return {nonce}
}

const noncePattern = /^'nonce-([\w+/-]+={0,2})'$/i

const directivesOf = (policy: string): Map<string, string[]> => {
  const directives = new Map<string, string[]>()
  for (const directive of policy.split(';')) {
    const [name = '', ...sources] = directive.trim().split(/\s+/)
    // Of two of a name the first counts.
    if (!directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), sources)
  }
  return directives
}

const allowsOwn = (sources: readonly string[] | undefined, host: string): boolean =>
  sources === undefined ||
  sources.some((source) => {
    const lower = source.toLowerCase()
    return lower === "'self'" || lower === '*' || lower.replace(/^https?:\/\//, '') === host.toLowerCase()
  })
