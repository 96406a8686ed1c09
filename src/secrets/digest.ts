import {createHash, createHmac} from 'node:crypto'

import type {MountedFile} from '../config/settings.ts'

/**
 * Tells contents apart. A secret's is under a key that never leaves the machine: short ones could be tried out. A config's is the same
 * everywhere.
 */
export const contentDigest = ({kind, name}: Pick<MountedFile, 'kind' | 'name'>, content: Buffer, key: Buffer): string =>
  kind === 'config'
    ? `sha256:${createHash('sha256').update(content).digest('hex')}`
    : `hmac:${createHmac('sha256', key).update(`imm secret\0${name}\0`).update(content).digest('hex')}`
