import {hash} from 'node:crypto'

/** `sha256:<hex>`, as engines name what they keep. */
export const digestOf = (bytes: Buffer): string => `sha256:${hash('sha256', bytes)}`
