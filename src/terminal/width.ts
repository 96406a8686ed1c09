import {stripVTControlCharacters} from 'node:util'

import {eastAsianWidth} from 'get-east-asian-width'

const ascii = /^[\x20-\x7e]*$/
const unseen = /^[\p{Control}\p{Mark}\p{Default_Ignorable_Code_Point}]+$/v
const emoji = /^\p{RGI_Emoji}$/v
/** A halfwidth voiced sound mark is a part of the character before it, and has a column of its own. */
const halfwidthMark = /[\uff9e\uff9f]/g
const characters = new Intl.Segmenter()

/** Columns of a terminal that a text takes; what colours it takes none. */
export const width = (text: string): number => {
  const plain = stripVTControlCharacters(text)
  if (ascii.test(plain)) return plain.length
  return [...characters.segment(plain)].reduce((sum, {segment}) => sum + widthOf(segment), 0)
}

const widthOf = (character: string): number => {
  if (unseen.test(character)) return 0
  if (emoji.test(character)) return 2
  const marks = character.slice(1).match(halfwidthMark)?.length ?? 0
  return eastAsianWidth(character.codePointAt(0) ?? 0) + marks
}

/** A text with spaces behind it, up to so many columns. */
export const padded = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - width(text)))

/** The beginning of a plain text, of so many columns at most; no character is cut in two. */
export const cut = (text: string, columns: number): string => {
  let taken = 0
  for (const {segment, index} of characters.segment(text)) {
    taken += widthOf(segment)
    if (taken > columns) return text.slice(0, index)
  }
  return text
}
