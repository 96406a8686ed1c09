import type {Screen} from './listener.ts'

const up = (lines: number) => (lines > 0 ? `\x1b[${lines}A` : '')
const eraseBelow = '\x1b[J'
// Without wrapping a line too long is cut by the terminal itself, which alone knows how wide each character is. On again in the
// same write: there is never anything to restore.
const wrapOff = '\x1b[?7l'
const wrapOn = '\x1b[?7h'

const frame = (lines: readonly string[]) => (lines.length === 0 ? '' : `${wrapOff}${lines.join('\n')}${wrapOn}`)

/** The last lines of a terminal, redrawn in place, with lasting lines written above them. */
export interface Region {
  /** replaces what is drawn; no lines: takes it away */
  draw(lines: readonly string[]): void
  /** a lasting line above the drawing, at once */
  write(text: string): void
}

/**
 * Every call is one write, so that nothing gets between the erasing and the drawing. The cursor stays visible and where it is:
 * a process killed at any moment leaves a usable terminal.
 */
export const region = (screen: Screen): Region => {
  let drawn: readonly string[] = []

  const erase = () => (drawn.length === 0 ? '' : `\r${up(drawn.length - 1)}${eraseBelow}`)

  return {
    draw(lines) {
      // Higher than the terminal, its top would scroll away and could not be erased.
      const fitting = lines.slice(0, Math.max(1, (screen.rows ?? 24) - 1))
      if (fitting.length === drawn.length && fitting.every((line, index) => line === drawn[index])) return
      screen.write(erase() + frame(fitting))
      drawn = fitting
    },
    write(text) {
      screen.write(`${erase()}${text}\n${frame(drawn)}`)
    },
  }
}
