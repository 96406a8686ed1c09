import {setFlagsFromString} from 'node:v8'

/**
 * Lets the young generation stay as it begins. V8 doubles it while a large project is read and sent, up to 48 MiB, and gives nothing of it back:
 * imm dev runs all day beside what people really work with, and takes 130 instead of 220 MB for 20,000 files this way, in the same time.
 */
export const keepMemorySmall = (): void => setFlagsFromString('--semi-space-growth-factor=1')
