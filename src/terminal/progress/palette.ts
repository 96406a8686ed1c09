import {releaseNumber, type ReleaseName} from '../../release/identity.ts'
import type {Style} from '../style.ts'

// Readable on dark and on light grounds; red, yellow and green are left to what they mean. Neighbours differ.
const palette = ['cyan', 'magenta', 'blueBright'] as const satisfies readonly Style[]

/** A release keeps its colour, from its build to its last line of log. */
export const releaseStyle = (release: ReleaseName): Style =>
  palette[(releaseNumber(release) ?? 0) % palette.length] ?? 'cyan'
