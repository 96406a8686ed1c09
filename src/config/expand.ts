/** The value of a variable. `optional`: the reference brings a default, so that nothing is amiss where it is not set. */
export type Lookup = (name: string, optional: boolean) => string | undefined

const reference = /\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+])([^}]*))?\})/g

/** Puts values in for `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}`; `$$` is one `$`. What is not set becomes empty. */
export const expandVariables = (text: string, lookup: Lookup): string =>
  text.replaceAll(reference, (...match: unknown[]) => {
    const [, dollar, bare, braced, how, other = ''] = match as (string | undefined)[]
    if (dollar) return '$'
    const value = lookup(bare ?? braced ?? '', how !== undefined)
    if (how === undefined) return value ?? ''
    const there = value !== undefined && (how[0] !== ':' || value !== '')
    if (how.endsWith('+')) return there ? other : ''
    return there ? value : other
  })
