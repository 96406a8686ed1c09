import {isUtf8} from 'node:buffer'

import {damaged} from '../failures.ts'

export const blockBytes = 512

/** What a header of a tar says, before what came in front of it (long names, PAX records) is laid over it. */
export interface TarHeader {
  name: string
  /** the letter of the format: `0` a file, `5` a directory, `2` a link, ... */
  type: string
  mode: number
  uid: number
  gid: number
  size: number
  linkname: string
  /** of a device: its kind's number, and its own */
  device: readonly [major: number, minor: number]
  /** `SCHILY.xattr.*` of PAX, in base64: file capabilities are there */
  xattrs?: Readonly<Record<string, string>> | undefined
}

/** Undefined where the block is all zeros, which is how an archive ends. */
export const decodeHeader = (block: Buffer): TarHeader | undefined => {
  const sums = sumsOf(block)
  if (sums.unsigned === emptySum && isEmpty(block)) return undefined
  const stated = number(block, 148, 8)
  if (stated !== sums.unsigned && stated !== sums.signed) throw damaged('it has a header whose checksum is wrong')
  const type = block[156] === 0 ? '0' : String.fromCharCode(block[156] ?? 0)
  const name = withPrefix(block, text(block, 0, 100))
  return {
    name,
    type: type === '7' ? '0' : type === '0' && name.endsWith('/') ? '5' : type,
    mode: number(block, 100, 8) & 0o7777,
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    size: number(block, 124, 12),
    linkname: text(block, 157, 100),
    device: type === '3' || type === '4' ? [number(block, 329, 8), number(block, 337, 8)] : none,
  }
}

const none = [0, 0] as const

/** Whether a tar begins so, if a damaged one; those older than POSIX have their checksum alone. */
export const isHeader = (block: Buffer): boolean => {
  if (block.length < blockBytes) return false
  if (block.toString('latin1', 257, 262) === 'ustar' || isEmpty(block)) return true
  const stated = Number.parseInt(block.toString('latin1', 148, 156), 8)
  const {unsigned, signed} = sumsOf(block)
  return stated === unsigned || stated === signed
}

const isEmpty = (block: Buffer): boolean => block.every((byte) => byte === 0)

const emptySum = 8 * 32

/** The checksum's own eight bytes count as spaces. Old programs added signed bytes up. */
const sumsOf = (block: Buffer): {unsigned: number; signed: number} => {
  let unsigned = emptySum
  let high = 0
  for (let at = 0; at < blockBytes; at++) {
    if (at >= 148 && at < 156) continue
    const byte = block[at] ?? 0
    unsigned += byte
    if (byte > 127) high++
  }
  return {unsigned, signed: unsigned - high * 256}
}

// Only POSIX archives have a prefix; GNU's have other fields at its place.
const withPrefix = (block: Buffer, name: string): string => {
  if (block.toString('latin1', 257, 263) !== 'ustar\0') return name
  const prefix = text(block, 345, 155)
  return prefix === '' ? name : `${prefix}/${name}`
}

const text = (block: Buffer, start: number, length: number): string => {
  const field = block.subarray(start, start + length)
  const end = field.indexOf(0)
  return decodeName(end === -1 ? field : field.subarray(0, end))
}

/** Names are bytes; those that are no UTF-8 must not become equal to each other. */
export const decodeName = (bytes: Buffer): string => bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1')

const number = (block: Buffer, start: number, length: number): number => {
  const first = block[start] ?? 0
  if (first & 0x80) return large(block.subarray(start, start + length))
  const digits = block
    .toString('latin1', start, start + length)
    .replace(/^[ \0]+/, '')
    .replace(/[ \0][^]*$/, '')
  if (!/^[0-7]*$/.test(digits)) throw damaged('it has a header with a number that is none')
  return digits === '' ? 0 : Number.parseInt(digits, 8)
}

/** GNU's way of writing numbers that are too large for the field. */
const large = (field: Buffer): number => {
  const value = field.reduce((sum, byte, at) => sum * 256 + (at === 0 ? byte & 0x7f : byte), 0)
  if (!Number.isSafeInteger(value)) throw damaged('it has a header with a number beyond all measure')
  return value
}
