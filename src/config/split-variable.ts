// No list of allowed characters: engines take nearly any name, and programs ask for odd ones (`Foo__Bar`, `a.b`).
export const variableName = /^[^=\s]+$/

/** `KEY=VALUE`; `KEY` alone has null: it is taken from imm's own environment. */
export const splitVariable = (entry: string): [key: string, value: string | null] => {
  const at = entry.indexOf('=')
  return at === -1 ? [entry, null] : [entry.slice(0, at), entry.slice(at + 1)]
}
