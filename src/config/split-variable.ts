/** `KEY=VALUE`; `KEY` alone has null: it is taken from imm's own environment. */
export const splitVariable = (entry: string): [key: string, value: string | null] => {
  const at = entry.indexOf('=')
  return at === -1 ? [entry, null] : [entry.slice(0, at), entry.slice(at + 1)]
}
