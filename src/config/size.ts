/** `512m`, `1.5g`, `512MiB`, `1048576b`: a number and its unit. Units are powers of 1024, as in Docker's own flags. */
export const sizePattern = /^(\d+(?:\.\d+)?) ?([bBkKmMgGtT])(?:i?[bB])?$/

const powers = 'bkmgt'

/** Bytes of a size such as `512m`, rounded; undefined where the text is none. */
export const parseSize = (text: string): number | undefined => {
  const [, amount, unit] = sizePattern.exec(text) ?? []
  return amount && unit ? Math.round(Number(amount) * 1024 ** powers.indexOf(unit.toLowerCase())) : undefined
}
