import {type Problem, problem} from '../../reduced/problem.ts'
import {type Blob, headerBytes, sentinelBytes, textAt} from './blob.ts'
import {type BuildInfo, buildInfoOf} from './build-info.ts'
import {numbersOf, offsetOf} from './elf.ts'
import type {Window} from './windows.ts'

/** What was kept of a program that has pointers: what may be a version, by where it is; what may be the text; the strings pointed at. */
export interface Clues {
  versions: Map<number, Buffer>
  texts: Window[]
  strings: readonly Window[]
}

export const infoOf = (blob: Blob, clues: Clues): BuildInfo | Problem => {
  const [version, text] = blob.kind === 'inline' ? inline(blob.window?.bytes()) : pointed(blob, clues)
  if (version === undefined) return problem('its build information is cut off, or larger than any')
  return buildInfoOf(version, framed(text ?? ''))
}

type Texts = readonly [version?: string | undefined, text?: string | undefined]

const inline = (bytes: Buffer | undefined): Texts => {
  const version = bytes && textAt(bytes, headerBytes, bytes.length)
  const text = bytes && version && textAt(bytes, version.next, bytes.length)
  return text === undefined ? [] : [version?.text, text.text]
}

const pointed = ({elf, pointer, bigEndian}: Blob & {kind: 'pointers'}, {versions, texts, strings}: Clues): Texts => {
  const [version, text] = strings.map((string) => {
    const number = numbersOf(string.bytes(), bigEndian)
    return {offset: offsetOf(elf, number(0, pointer)), length: number(pointer, pointer)}
  })
  const kept = texts.find(({start}) => start === text?.offset)?.bytes()
  return [
    cut(versions.get(version?.offset ?? -1), version?.length ?? 0),
    kept === undefined ? '' : cut(kept, text?.length ?? 0),
  ]
}

const cut = (bytes: Buffer | undefined, length: number): string | undefined =>
  bytes !== undefined && length > 0 && length <= bytes.length ? bytes.toString('latin1', 0, length) : undefined

/** Without what marks its beginning and end; as Go does it. */
const framed = (text: string): string =>
  text.length >= 2 * sentinelBytes + 1 && text.at(-sentinelBytes - 1) === '\n'
    ? text.slice(sentinelBytes, -sentinelBytes)
    : ''
