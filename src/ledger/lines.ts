const lineBreak = 0x0a

/** Lines of a file with where each begins; `rest` is what comes after the last line break. */
export const linesOf = (bytes: Buffer): {lines: Buffer[]; rest: Buffer} => {
  const lines: Buffer[] = []
  let start = 0
  for (let at = bytes.indexOf(lineBreak); at !== -1; at = bytes.indexOf(lineBreak, start)) {
    lines.push(bytes.subarray(start, at))
    start = at + 1
  }
  return {lines, rest: bytes.subarray(start)}
}
