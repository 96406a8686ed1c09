import {type Elf, numbersOf, offsetOf} from './elf.ts'
import type {Window} from './windows.ts'

/** What marks build information. Taken apart here, because imm's own file must not look like it. */
export const magic = ['\xff Go', ' buildinf:'].join('')
export const alignment = 16

/** Go's command puts it around the text, so that it is found in any program. */
export const sentinel = Buffer.from('3077af0c9274080241e1c107e6d618e6', 'hex').toString('latin1')
export const sentinelBytes = 16

export const headerBytes = 32

/** Where the texts are: behind the header, or where two pointers in it say. */
export type Blob =
  | {kind: 'inline'; window?: Window}
  | {kind: 'pointers'; elf: Elf; pointer: 4 | 8; bigEndian: boolean; strings: readonly [version: number, text: number]}

const flags = {at: 15, bigEndian: 1, inline: 2}
const pointerAt = 14

const longestVersion = 200

/** Build information, from its mark on; undefined where something else has the mark, as a program that looks for it does. */
export const blobOf = (bytes: Buffer, offset: number, elf: Elf): Blob | undefined => {
  if (!elf.segments.some((each) => offset >= each.offset && offset < each.offset + each.size)) return undefined
  const flag = bytes[flags.at] ?? 0
  if ((flag & flags.inline) !== 0) {
    const version = textAt(bytes, headerBytes, longestVersion)
    return version !== undefined && /^(?:go\d|devel)/.test(version.text) ? {kind: 'inline'} : undefined
  }
  const pointer = bytes[pointerAt]
  if (pointer !== 4 && pointer !== 8) return undefined
  const bigEndian = (flag & flags.bigEndian) !== 0
  const number = numbersOf(bytes, bigEndian)
  const [version, text] = [0, 1].map((each) => offsetOf(elf, number(16 + each * pointer, pointer)))
  if (version === undefined || text === undefined) return undefined
  return {kind: 'pointers', elf, pointer, bigEndian, strings: [version, text]}
}

/** A text with its length in front of it, as a varint; undefined where it does not end in those bytes, or is longer than that. */
export const textAt = (bytes: Buffer, at: number, most: number): {text: string; next: number} | undefined => {
  let length = 0
  let start = at
  for (let shift = 1; ; shift *= 128) {
    const byte = bytes[start++]
    if (byte === undefined || shift > 2 ** 28) return undefined
    length += (byte & 0x7f) * shift
    if (byte < 0x80) break
  }
  if (length > most || start + length > bytes.length) return undefined
  return {text: bytes.toString('latin1', start, start + length), next: start + length}
}
