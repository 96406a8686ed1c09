import type {ImageFile} from '../lifecycle/ports.ts'
import type {Shown} from '../wiring/show-drift.ts'
import {bytes} from './formats.ts'
import {safeText} from './safe-text.ts'

/** One path of a container against its image. To a terminal nothing is sent that moves its cursor. */
export const driftedPathText = ({path, release, before, after, text}: Shown, isTerminal: boolean): string => {
  const shown = text && isTerminal ? safeText(text.text, false) : text?.text
  if (shown === undefined || shown === '')
    return [`${path} in the image: ${factsOf(before)}`, `${path} in ${release}: ${factsOf(after)}`].join('\n')
  return shown.replace(/\n$/, '')
}

const factsOf = (file: ImageFile | undefined): string => {
  if (file === undefined) return 'not there'
  const {kind, mode, uid, gid, size, content} = file
  const owned = `mode ${mode.toString(8)}, owner ${uid}:${gid}`
  if (kind === 'link') return `link to ${content}`
  return kind === 'file' ? `file, ${bytes(size)}, sha256:${content}, ${owned}` : `${kind}, ${owned}`
}
