import {scryptSync} from 'node:crypto'

// About 10 ms: nobody waits for a handful, and who tries the million most used passwords waits for hours.
const cost = {N: 4096, r: 8, p: 1}
const digestBytes = 12

/**
 * Tells two secrets of the same name apart, and nothing else. Slow on purpose, because it lies in files that are committed, and a plain
 * digest of `hunter2` is the same as `hunter2`.
 */
export const secretDigest = (name: string, value: string): string =>
  scryptSync(value, `imm parity ${name}`, digestBytes, cost).toString('hex')
