import path from 'node:path'

import type {Reduction, Scan} from '../../image/reduction.ts'
import {stored} from '../../reduced/reduce.ts'
import {search} from '../../reduced/search.ts'
import {elfMagic} from '../elf-magic.ts'
import {alignment, type Blob, blobOf, magic, sentinel} from './blob.ts'
import {type Elf, elfHeadBytes, elfOf} from './elf.ts'
import {type Clues, infoOf} from './read-blob.ts'
import {type Window, windowsOf} from './windows.ts'

/** Names that programs have: `server`, `kube-proxy`, `app-v1.2`; not `libc.so.6`, `README.md`, `LICENSE`. */
const maybeProgram = (file: string): boolean => {
  const name = path.posix.basename(file)
  if (/\.(?!\d|(?:linux|bin|exe|amd64|arm64)\b)|\.so\.|^[A-Z_-]+$/.test(name)) return false
  // The databases of apk and os-release are kept as they are, for those who read packages and the release out of them.
  return !/^\/(?:(?:usr\/share|etc|proc|sys|dev|var\/(?:lib|cache|log)|(?:usr\/)?lib\/apk)\/|usr\/lib\/os-release$)/.test(
    file,
  )
}

export const goProgram = (file: string): Reduction | undefined => (maybeProgram(file) ? goReduction : undefined)

/** As many bytes behind a find as are handed over with it; enough to see whether it is one. */
const after = 256

/** More than any program has; a hostile file of nothing else is not gathered. */
const most = {versions: 4096, texts: 2}

const longestText = 1024 * 1024
const longestVersion = 64

/**
 * The build information of a Go program, as `debug/buildinfo` reads it: at an aligned place among what is loaded, marked by some bytes. Since
 * Go 1.18 the texts follow. Before, there are pointers to texts that have gone by when the pointers are read, so whatever may be one of those
 * is kept on the way.
 */
const goReduction: Reduction = {name: 'go', begin: () => scanOf()}

const scanOf = (): Scan => {
  const program = elfMagic()
  const windows = windowsOf()
  const head = windows.keep(0, elfHeadBytes)
  const clues: Clues = {versions: new Map(), texts: [], strings: []}
  let headers: {elf: Elf | undefined} | undefined
  let blob: Blob | undefined
  let start = 0

  const keep = (at: number, size: number, known: Buffer, offset: number): Window => {
    const window = windows.keep(at, size)
    windows.feed(known, offset)
    return window
  }

  // The linker puts the build information in front of the program's own data, which may hold the mark, too.
  const onFind = (bytes: Buffer, _at: number, offset: number) => {
    if (bytes[0] === magic.charCodeAt(0)) {
      if (blob === undefined) onMark(bytes, offset)
    } else if (bytes[0] !== sentinel.charCodeAt(0)) {
      if (clues.versions.size < most.versions)
        clues.versions.set(offset, Buffer.from(bytes.subarray(0, longestVersion)))
    } else if (clues.texts.length < most.texts) clues.texts.push(keep(offset, longestText, bytes, offset))
  }

  const onMark = (bytes: Buffer, offset: number) => {
    if (offset % alignment !== 0 || offset < elfHeadBytes) return
    headers ??= {elf: elfOf(head.bytes())}
    blob = headers.elf && blobOf(bytes, offset, headers.elf)
    if (blob?.kind === 'inline') blob.window = keep(offset, longestText, bytes, offset)
    else if (blob !== undefined) {
      const {pointer, strings} = blob
      clues.strings = strings.map((at) => keep(at, 2 * pointer, bytes, offset))
    }
  }

  const finds = search([magic, sentinel, 'go1.'], {before: 0, after}, onFind)

  return {
    feed(bytes) {
      program.feed(bytes)
      if (!program.maybe) return
      windows.feed(bytes, start)
      finds.feed(bytes)
      // Once more, for those that a find has opened.
      windows.feed(bytes, start)
      start += bytes.length
    },
    end() {
      if (!program.maybe) return undefined
      finds.end()
      return stored(blob && infoOf(blob, clues))
    },
  }
}
