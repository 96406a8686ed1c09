import type {Language} from '../found.ts'
import {versionIn} from '../version.ts'
import {goProgram} from './program.ts'

/** Go: a program says which one built it. Go itself, its compiler and tools are such programs, too. */
export const go: Language = {name: 'go', file: goProgram, versionAt: versionIn}
