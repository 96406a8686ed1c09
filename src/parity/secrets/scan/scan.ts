import type {Inspect} from '../../image/inspect.ts'
import {lookInto} from './files.ts'
import type {Format} from './format.ts'
import {everywhere, vendoredOnly} from './formats.ts'
import {matchesIn, type Secret} from './text.ts'

export interface SecretScan {
  /** for the reader of an image */
  inspect: Inspect
  /** what was found in the file with that path and content */
  in(path: string, sha256: string | undefined): readonly Secret[]
}

const kib = 1024
/** What is looked at in one go. */
const windowBytes = 256 * kib
/** What a match needs to be in view before and after where its secret begins, so that none is cut by a window's end. */
const marginBytes = 4 * kib
/** Of one file. What is longer is a log or data. */
const longestFile = 16 * kib * kib
/** Bytes by whose having a zero a file is known as binary. */
const headBytes = 4 * kib
const mostInFile = 20

/**
 * Looks for secrets in the files of an image's layers as they stream by. One window is held for all of it, as an archive brings one file after
 * the other.
 */
export const secretScan = (): SecretScan => {
  const window = Buffer.allocUnsafeSlow(windowBytes)
  const found = new Map<string, Secret[]>()
  return {
    in: (path, sha256) => found.get(`${path}\0${sha256}`) ?? [],
    inspect({path, size}) {
      const looked = size === 0 ? undefined : lookInto(path)
      if (looked === undefined) return undefined
      const wanted = ({vendored, files}: Format) =>
        (vendored || !looked.vendored) && (files === undefined || files.test(path))
      const scanner = looked.vendored ? vendoredOnly : everywhere
      const secrets: Secret[] = []
      let filled = 0
      let seen = 0
      let isFirst = true
      let passes = false

      const look = (end: number) => {
        const bytes = window.subarray(0, filled)
        const begin = isFirst ? 0 : marginBytes
        for (const {kind, shown, from} of matchesIn(bytes, scanner, wanted))
          if (from >= begin && from < end && secrets.length < mostInFile)
            secrets.push({kind, shown, ...(isFirst && {line: lineAt(bytes, from)})})
      }

      return {
        take(bytes) {
          if (passes) return
          if (seen < headBytes) passes = bytes.subarray(0, headBytes - seen).includes(0)
          seen += bytes.length
          passes ||= seen > longestFile
          if (passes) return
          for (let at = 0; at < bytes.length;) {
            const copied = bytes.copy(window, filled, at)
            at += copied
            filled += copied
            if (filled < windowBytes) continue
            look(windowBytes - marginBytes)
            passes = secrets.length >= mostInFile
            if (passes) return
            window.copyWithin(0, windowBytes - 2 * marginBytes)
            filled = 2 * marginBytes
            isFirst = false
          }
        },
        end(sha256) {
          if (!passes) look(filled)
          if (secrets.length > 0) found.set(`${path}\0${sha256}`, secrets)
        },
      }
    },
  }
}

const lineAt = (bytes: Buffer, at: number): number => {
  let line = 1
  for (let next = bytes.indexOf(10); next !== -1 && next < at; next = bytes.indexOf(10, next + 1)) line++
  return line
}
