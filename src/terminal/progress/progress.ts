import {jsonProgress} from './json.ts'
import type {Progress, Screen} from './listener.ts'
import {liveProgress} from './live.ts'
import {plainProgress} from './plain.ts'

export interface ProgressOptions {
  json: boolean
  verbose: boolean
  /** nothing waits for a release of it once the command has ended */
  ofPreview?: boolean
}

/** The one that fits: JSON lines on stdout, a drawing on a terminal, calm lines elsewhere. */
export const progress = ({json, verbose, ofPreview}: ProgressOptions, stdout: Screen, stderr: Screen): Progress => {
  if (json) return jsonProgress(stdout, stderr, verbose)
  // A terminal of no columns (`docker exec -t`, `script`) is none to draw on.
  return stdout.isTTY === true && stdout.columns
    ? liveProgress(stdout, verbose, ofPreview)
    : plainProgress(stdout, verbose, ofPreview)
}
