import {createHash} from 'node:crypto'

import type {LayerFacts} from './facts.ts'
import type {Inspect} from './inspect.ts'
import type {Kept, Wanted} from './kept.ts'
import {readLayer} from './layer.ts'
import type {Budget} from './limits.ts'
import {readPlain, type Plain} from './plain.ts'
import {isHeader} from './tar/header.ts'
import {tarReader} from './tar/reader.ts'

export interface Reading {
  budget: Budget
  wanted: Wanted
  kept: Kept
  inspect?: Inspect | undefined
}

/** One file of an image archive: a layer, or something to read as text. What is neither has a digest alone. */
export interface Blob {
  /** `sha256:…` of the bytes as they are in the archive */
  digest: string
  layer?: LayerFacts
  text?: Buffer
}

type PlainLayer = Pick<LayerFacts, 'compression' | 'size' | 'steps'> & {diffId: string | undefined}

/** Whether it is a layer is seen in it: archives name layers in three different ways. */
export const readBlob = async (bytes: AsyncIterable<Buffer>, reading: Reading, signal: AbortSignal): Promise<Blob> => {
  const stored = createHash('sha256')
  let storedSize = 0
  const counted = async function* () {
    for await (const part of bytes) {
      signal.throwIfAborted()
      stored.update(part)
      storedSize += part.length
      yield part
    }
  }
  const found = await readPlain(
    counted(),
    reading.budget.limits,
    (plain): Promise<PlainLayer | Buffer | undefined> =>
      isHeader(plain.head) ? layerOf(plain, reading) : textOf(plain, reading),
    signal,
  )
  const digest = `sha256:${stored.digest('hex')}`
  if (found === undefined) return {digest}
  if (Buffer.isBuffer(found)) return {digest, text: found}
  return {digest, layer: {...found, diffId: found.diffId ?? digest, digest, storedSize}}
}

const layerOf = async ({compression, all}: Plain, reading: Reading): Promise<PlainLayer> => {
  // A plain layer has one digest, and computing it twice would double the time that an image takes.
  const diff = compression === 'none' ? undefined : createHash('sha256')
  const tar = tarReader()
  const layer = readLayer(reading)
  let size = 0
  for await (const part of all) {
    diff?.update(part)
    size += part.length
    reading.budget.spend('plainBytes', part.length)
    for (const event of tar.feed(part)) layer.take(event)
  }
  tar.finish()
  return {compression, size, steps: layer.steps, diffId: diff && `sha256:${diff.digest('hex')}`}
}

const textOf = async ({compression, all}: Plain, {budget}: Reading): Promise<Buffer | undefined> => {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of all) {
    size += part.length
    if (compression === 'none' && size <= budget.limits.metadataBytes) parts.push(Buffer.from(part))
    else budget.spend('plainBytes', part.length)
  }
  if (compression !== 'none' || size > budget.limits.metadataBytes) return undefined
  budget.spend('keptBytes', size)
  return Buffer.concat(parts)
}
