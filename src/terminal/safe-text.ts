import {stripVTControlCharacters} from 'node:util'

// oxlint-disable-next-line no-control-regex -- these are what is kept
const colour = /(\x1b\[[\d;]*m)/
// oxlint-disable-next-line no-control-regex -- these are what is taken out
const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g

const plain = (text: string) => stripVTControlCharacters(text).replace(control, '')

/**
 * A text of somebody else's output (a build, an application), fit for the terminal: its colours stay where colours are
 * shown; what moves the cursor, clears the screen or sets the title goes, as it would destroy ours.
 */
export const safeText = (text: string, colours: boolean): string => {
  if (!colours) return plain(text)
  const parts = text.split(colour)
  // split with a group: every second part is a colour
  const kept = parts.map((part, index) => (index % 2 === 1 ? part : plain(part))).join('')
  return parts.length > 1 ? `${kept}\x1b[0m` : kept
}

/** Every text within a value made safe, at any depth. */
export const safeTexts = <T>(value: T, colours: boolean): T => {
  const safe = (each: unknown): unknown => {
    if (typeof each === 'string') return safeText(each, colours)
    if (Array.isArray(each)) return each.map(safe)
    if (typeof each !== 'object' || each === null) return each
    return Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, safe(inner)]))
  }
  return safe(value) as T
}
