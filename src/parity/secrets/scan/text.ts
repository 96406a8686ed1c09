import type {Format} from './format.ts'
import {type FindLiteral, literalBytes, literalFinder} from './literals.ts'
import {shownOf} from './value.ts'

/** A secret that was found. Its value is in none of it. */
export interface Secret {
  kind: string
  /** its first characters, or none */
  shown: string
  /** undefined far down in a long file */
  line?: number | undefined
}

/** A secret, and where in the bytes its match is. */
export interface Match extends Omit<Secret, 'line'> {
  from: number
  to: number
}

export interface Scanner {
  find: FindLiteral
  byLiteral: ReadonlyMap<string, readonly Format[]>
  /** lower is more exact */
  rank: (format: Format) => number
}

export const scannerOf = (formats: readonly Format[]): Scanner => ({
  find: literalFinder(formats.flatMap(({literals}) => literals)),
  byLiteral: byLiteralOf(formats),
  rank: (format) => formats.indexOf(format),
})

const byLiteralOf = (formats: readonly Format[]): Map<string, Format[]> => {
  const all = new Map<string, Format[]>()
  for (const format of formats)
    for (const literal of format.literals) all.set(literal, [...(all.get(literal) ?? []), format])
  return all
}

/** In one text. More is a list of secrets, or made to keep us busy. */
const mostMatches = 200

/** The secrets of a text, each once: where several formats have a place, the one that stands first in the list. */
export const matchesIn = (
  bytes: Buffer,
  {find, byLiteral, rank}: Scanner,
  wanted: (format: Format) => boolean,
): Match[] => {
  const all: (Match & {rank: number})[] = []
  // Where literals lie close together, each format looks at each place once: the time is the text's length, whatever is in it.
  const covered = new Map<Format, number>()
  for (let at = find(bytes, 0, bytes.length); at !== -1; at = find(bytes, at + 1, bytes.length)) {
    if (all.length >= mostMatches) break
    for (const format of byLiteral.get(bytes.toString('latin1', at, at + literalBytes)) ?? []) {
      if (at < (covered.get(format) ?? 0) || !wanted(format)) continue
      covered.set(format, at + format.after)
      for (const match of around(bytes, at, format)) all.push({...match, rank: rank(format)})
    }
  }
  const kept: Match[] = []
  for (const {rank: _, ...match} of all.toSorted((a, b) => a.rank - b.rank))
    if (kept.every(({from, to}) => match.from >= to || from >= match.to)) kept.push(match)
  return kept.toSorted((a, b) => a.from - b.from)
}

/** Twice as far as one match needs, so that all that begin in the first half are whole. */
const around = (bytes: Buffer, at: number, {kind, before, after, pattern, accepts, secretive}: Format): Match[] => {
  const start = Math.max(0, at - before)
  const text = bytes.toString('latin1', start, Math.min(bytes.length, at + 2 * after))
  return [...text.matchAll(pattern)].flatMap((match) => {
    const value = match.groups?.['value'] ?? match[0]
    if (accepts !== undefined && !accepts(value)) return []
    const from = start + match.index + match[0].lastIndexOf(value)
    return [{kind, shown: secretive === true ? '' : shownOf(value), from, to: from + value.length}]
  })
}
